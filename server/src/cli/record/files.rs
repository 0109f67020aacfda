use super::{run::Recorder, subject::Subject};
use crate::{
    catalog::{Turn, grid},
    cli::Complaint,
};
use labkit_shelf::{
    MINE, WRONG,
    recording::{self, DESCRIPTION, GRID},
};
use labkit_wire::{Description, Verdict};
use std::{collections::BTreeMap, fs, io, path::Path, process::ExitCode};
use still_running_view::grid::Point;

/// A lab's recordings, by file name, as they are written.
type Files = BTreeMap<String, String>;

/// Records those labs, one run at a time: every variant at its defaults, and over the grid of each knob.
pub async fn record(recorder: &Recorder, subjects: Vec<Subject>) -> Result<ExitCode, Complaint> {
    for of in subjects {
        let slug = of.lab.slug();
        eprintln!("── {slug} …");
        let (files, said) = runs(recorder, &of).await.map_err(|why| {
            Complaint::new(format!("{slug} was not recorded; what was there stays."))
                .because(why)
                .so(format!("target/debug/still-running check {slug}"))
        })?;
        write(&of.folder.recordings(), &files).map_err(|why| {
            Complaint::new(format!("The recordings of {slug} were not written.")).because(why)
        })?;
        eprintln!("   {slug}: {said}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The variants that are recorded: all but the reader's own, and those that are only there to be caught.
pub fn variants(lab: &Description) -> impl Iterator<Item = &str> {
    let variants = lab.variants.iter().map(String::as_str);
    variants.filter(|variant| *variant != MINE && !variant.starts_with(WRONG))
}

/// Every run of a lab, as files; and a line about them.
async fn runs(recorder: &Recorder, of: &Subject) -> Result<(Files, String), String> {
    let lab = &of.lab.description;
    let mut files = Files::new();
    let (mut points, mut verdicts) = (vec![], vec![]);
    for variant in variants(lab) {
        let (recording, verdict) = recorder.run(of, variant, None).await?;
        verdicts.push(format!("{variant} {verdict}"));
        files.insert(recording::file(variant, None), recording.to_string());
        for turn in grid(lab) {
            let verdict = match turn.is_default {
                true => verdict,
                false => turned(recorder, of, variant, &turn, &mut files).await?,
            };
            let Turn { knob, value, .. } = turn;
            points.push(Point { knob, value, variant: variant.to_owned(), verdict });
        }
    }
    let said = format!("{} runs; {}", files.len(), verdicts.join(", "));
    files.insert(DESCRIPTION.into(), json(serde_json::to_string_pretty(lab))? + "\n");
    files.insert(GRID.into(), lines(&points)?);
    Ok((files, said))
}

async fn turned(
    recorder: &Recorder,
    of: &Subject,
    variant: &str,
    turn: &Turn,
    files: &mut Files,
) -> Result<Verdict, String> {
    let knob = Some((turn.knob.as_str(), turn.value.as_str()));
    let (recording, verdict) = recorder.run(of, variant, knob).await?;
    files.insert(recording::file(variant, knob), recording.to_string());
    Ok(verdict)
}

/// One line a point: it is read in diffs.
fn lines(points: &[Point]) -> Result<String, String> {
    let lines: Vec<String> =
        points.iter().map(|point| json(serde_json::to_string(point))).collect::<Result<_, _>>()?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

fn json(written: serde_json::Result<String>) -> Result<String, String> {
    written.map_err(|why| why.to_string())
}

/// Puts them in place of what was there.
fn write(dir: &Path, files: &Files) -> io::Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    fs::create_dir_all(dir)?;
    files.iter().try_for_each(|(name, text)| fs::write(dir.join(name), text))
}
