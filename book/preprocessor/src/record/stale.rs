//! `check-recordings`: that they are of these sources, and that a fresh run does what they show.

use super::{about, chosen, one, own, verdict};
use crate::{
    Problem,
    catalog::{Catalog, Lab, file_name},
};
use anyhow::Result;
use labkit_wire::{Clock, Description};
use std::fs;
use still_running_view::{differences, outcomes, recording::Recording};

/// On a real clock, two things that happen at once may swap: a run that differs in order is tried again.
const TRIES: usize = 3;

/// Checks the recordings of those labs, or of all.
pub fn check(catalog: &Catalog, slugs: &[String]) -> Result<()> {
    let mut problems = vec![];
    for lab in chosen(catalog, slugs)? {
        let found = lab_problems(&lab)?;
        eprintln!("   {}: {}", lab.slug, if found.is_empty() { "as recorded" } else { "differs" });
        problems.extend(found);
    }
    if slugs.is_empty() {
        problems.extend(of_no_lab(catalog)?);
    }
    Problem::fail(problems)
}

/// Recordings whose lab is gone.
fn of_no_lab(catalog: &Catalog) -> Result<Vec<Problem>> {
    let slugs = catalog.slugs();
    let Ok(dir) = fs::read_dir(catalog.root().join("book/recordings")) else { return Ok(vec![]) };
    let names: Vec<String> =
        dir.map(|e| Ok(e?.file_name().to_string_lossy().into_owned())).collect::<Result<_>>()?;
    Ok(names
        .into_iter()
        .filter(|name| !slugs.contains(name))
        .map(|name| Problem::file(format!("book/recordings/{name}"), "is of no lab; remove it"))
        .collect())
}

fn lab_problems(lab: &Lab) -> Result<Vec<Problem>> {
    let repair = format!("repair: cargo xtask record {}", lab.slug);
    let problem = |file: &str, what: &str| {
        Problem::file(format!("book/recordings/{}/{file}", lab.slug), format!("{what}; {repair}"))
    };
    let about = lab.ask()?;
    let mut all = vec![];
    match lab.describe() {
        Ok(kept) if kept == about => {}
        _ => all.push(problem("describe.json", "is not what the lab says of itself")),
    }
    for variant in own(&about) {
        let file = file_name(variant, None);
        match lab.recording(variant, None) {
            Ok(Some(recording)) => {
                all.extend(
                    differs(lab, &about, variant, &recording)?.iter().map(|w| problem(&file, w)),
                );
            }
            Ok(None) => all.push(problem(&file, "is missing")),
            Err(why) => all.push(problem(&file, &format!("{why:#}"))),
        }
    }
    if lab.grid().map_or(true, |grid| grid.is_empty() && !about.knobs.is_empty()) {
        all.push(problem("grid.json", "is missing or cannot be read"));
    }
    Ok(all)
}

/// What is stale about a recording. Where it is of other sources, no run is needed to tell.
fn differs(lab: &Lab, about: &Description, variant: &str, kept: &Recording) -> Result<Vec<String>> {
    let hash = kept.header.still_running.as_ref().map(|a| a.sources.as_str());
    if hash != Some(about::sources(lab)?.as_str()) {
        return Ok(vec!["is stale: the lab's sources have changed since".into()]);
    }
    let mut found = vec![];
    for _ in 0..TRIES {
        let fresh = one(lab, about, variant, None)?;
        verdict(&fresh)?;
        found = compare(about.clock, kept, &fresh);
        if found.is_empty() || about.clock == Clock::Paused {
            break;
        }
    }
    Ok(found.into_iter().map(|d| format!("shows what a fresh run does not: {d}")).collect())
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
