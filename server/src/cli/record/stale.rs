//! That recordings are of these sources, and that a fresh run does what they show.

use super::{about, files::variants, kept, run::Recorder, subject::Subject};
use crate::{cli::Complaint, pool};
use labkit_shelf::{
    names,
    recording::{self, DESCRIPTION, GRID},
};
use labkit_wire::Clock;
use std::{ops::ControlFlow, process::ExitCode, sync::Arc};
use still_running_view::{differences, outcomes, recording::Recording};

/// On a real clock, two things that happen at once may swap: a run that differs in order is tried again.
const TRIES: usize = 3;

/// Checks those labs, and tells all that is wrong at once; where they are `all` labs, that there are no others.
pub async fn check(
    recorder: &Arc<Recorder>,
    subjects: Vec<Subject>,
    all: bool,
) -> Result<ExitCode, Complaint> {
    let mut problems = vec![];
    if all {
        problems.extend(of_no_lab(recorder, &subjects));
    }
    let work = |of: Subject| {
        let recorder = recorder.clone();
        async move { wrong(&recorder, &of).await }
    };
    pool::each(subjects, pool::cores(), work, |of, ended| {
        let slug = of.lab.slug();
        let found = ended.unwrap_or_else(|panicked| vec![format!("{slug}: {panicked}")]);
        eprintln!("   {slug}: {}", if found.is_empty() { "as recorded" } else { "differs" });
        problems.extend(found);
        ControlFlow::Continue(())
    })
    .await;
    problems.sort();
    problems.iter().for_each(|problem| eprintln!("  {problem}"));
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Recordings whose lab is gone.
fn of_no_lab(recorder: &Recorder, subjects: &[Subject]) -> Vec<String> {
    let mut strange = names(&recorder.shelf.recordings()).unwrap_or_default();
    strange.retain(|name| !subjects.iter().any(|of| of.lab.slug() == name));
    let said = |name| format!("book/recordings/{name}: is of no lab; remove it");
    strange.into_iter().map(said).collect()
}

/// What is wrong with a lab's recordings, each with what repairs it.
async fn wrong(recorder: &Recorder, of: &Subject) -> Vec<String> {
    let (lab, folder) = (&of.lab.description, &of.folder);
    let problem = |file: &str, what: &str| folder.problem(file, what);
    let mut all = vec![];
    if kept::description(folder).as_ref() != Some(lab) {
        all.push(problem(DESCRIPTION, "is not what the lab says of itself"));
    }
    for variant in variants(lab) {
        let found = match kept::recording(folder, variant) {
            Ok(recording) => differs(recorder, of, variant, &recording).await,
            Err(why) => vec![why],
        };
        all.extend(found.iter().map(|what| problem(&recording::file(variant, None), what)));
    }
    if kept::grid(folder).is_none_or(|grid| grid.is_empty() && !lab.knobs.is_empty()) {
        all.push(problem(GRID, "is missing or cannot be read"));
    }
    all
}

/// What is stale about a recording. Where it is of other sources, no run is needed to tell.
async fn differs(
    recorder: &Recorder,
    of: &Subject,
    variant: &str,
    kept: &Recording,
) -> Vec<String> {
    let hash = kept.header.still_running.as_ref().map(|a| a.sources.clone());
    match about::sources(&of.folder) {
        Ok(now) if hash.as_ref() == Some(&now) => {}
        Ok(_) => return vec!["is stale: the lab's sources have changed since".to_owned()],
        Err(why) => return vec![why],
    }
    let (clock, mut found) = (of.lab.description.clock, vec![]);
    for _ in 0..TRIES {
        found = match recorder.run(of, variant, None).await {
            Ok((fresh, _)) => compare(clock, kept, &fresh)
                .into_iter()
                .map(|what| format!("shows what a fresh run does not: {what}"))
                .collect(),
            Err(why) => vec![format!("cannot be made again: {why}")],
        };
        if found.is_empty() || clock == Clock::Paused {
            break;
        }
    }
    found
}

/// A paused clock repeats byte for byte; on a real one the outcome and the order of what happens are the same.
fn compare(clock: Clock, kept: &Recording, fresh: &Recording) -> Vec<String> {
    match clock {
        Clock::Paused if kept.chunks == fresh.chunks => vec![],
        Clock::Paused => {
            let found = differences(&kept.timeline(), &fresh.timeline());
            if found.is_empty() { vec!["its text or its times".into()] } else { found }
        }
        Clock::Real => outcomes(&kept.timeline(), &fresh.timeline()),
    }
}
