//! Recordings: runs of the built labs, kept in `book/recordings/<slug>/` for the online edition.

mod about;
mod run;
mod stale;

use crate::catalog::{Catalog, Lab, file_name};
use anyhow::{Context, Result, anyhow, bail};
use labkit_wire::{Description, Values, Verdict};
use run::Run;
use std::{collections::BTreeMap, fs, path::Path};
use still_running_view::{grid::Point, recording::Recording};

pub use stale::check;

/// A lab's recordings, by file name, as they are written.
type Files = BTreeMap<String, String>;

/// Records those labs, or all: every variant at its defaults and over the grid of each knob.
pub fn record(catalog: &Catalog, slugs: &[String]) -> Result<()> {
    for lab in chosen(catalog, slugs)? {
        eprintln!("── {} …", lab.slug);
        let (files, said) = runs(&lab).with_context(|| lab.slug.clone())?;
        write(&lab.recordings(), &files)?;
        eprintln!("   {}: {said}", lab.slug);
    }
    Ok(())
}

/// The labs of those names, or all.
fn chosen(catalog: &Catalog, slugs: &[String]) -> Result<Vec<Lab>> {
    let all = catalog.slugs();
    let named = if slugs.is_empty() { &all } else { slugs };
    named.iter().map(|slug| catalog.lab(slug).map_err(|why| anyhow!(why))).collect()
}

/// Every run of a lab, as files; and a line about them.
fn runs(lab: &Lab) -> Result<(Files, String)> {
    let about = lab.ask()?;
    let (mut files, mut points, mut verdicts) = (Files::new(), vec![], vec![]);
    files.insert("describe.json".into(), serde_json::to_string_pretty(&about)? + "\n");
    for variant in own(&about) {
        let recording = one(lab, &about, variant, None)?;
        let verdict = verdict(&recording)?;
        verdicts.push(format!("{variant} {verdict}"));
        files.insert(file_name(variant, None), recording.to_string());
        for (knob, value, default) in cells(&about) {
            let verdict = match default {
                true => verdict,
                false => {
                    let recording = one(lab, &about, variant, Some((&knob, &value)))?;
                    files.insert(file_name(variant, Some((&knob, &value))), recording.to_string());
                    self::verdict(&recording)?
                }
            };
            points.push(Point { knob, value, variant: variant.to_owned(), verdict });
        }
    }
    files.insert("grid.json".into(), grid(&points)?);
    let count = files.len() - 2;
    Ok((files, format!("{count} runs; {}", verdicts.join(", "))))
}

/// All variants but the reader's own.
fn own(about: &Description) -> impl Iterator<Item = &str> {
    about.variants.iter().map(String::as_str).filter(|v| *v != "mine")
}

/// Each knob at each value of its grid, and whether that is its default.
fn cells(about: &Description) -> Vec<(String, String, bool)> {
    let of = |knob: &labkit_wire::Knob| {
        let (name, default) = (knob.name.clone(), knob.default_text());
        knob.grid().into_iter().map(move |value| {
            let is_default = value == default;
            (name.clone(), value, is_default)
        })
    };
    about.knobs.iter().flat_map(of).collect()
}

/// One run, as a recording.
fn one(
    lab: &Lab,
    about: &Description,
    variant: &str,
    knob: Option<(&str, &str)>,
) -> Result<Recording> {
    let mut values = Values::defaults(about);
    if let Some((name, value)) = knob {
        values.set(about, name, value)?;
    }
    let run = Run { lab, variant, knobs: knob.into_iter().collect() };
    let (output, code) = run.output().with_context(|| run.to_string())?;
    let mut recording =
        Recording::of(about::header(lab, about, &run, values)?, &output, Some(code));
    if let Some(about) = &mut recording.header.still_running {
        about.verdict = Verdict::from_code(code);
    }
    Ok(recording)
}

/// What a run showed. A run without a verdict is a fault of its lab, and is not kept.
fn verdict(recording: &Recording) -> Result<Verdict> {
    let told = recording.timeline().verdict();
    let code = recording.code.and_then(Verdict::from_code);
    match (told, code) {
        (Some(told), Some(code)) if told == code => Ok(told),
        _ => bail!(
            "the run told the verdict {told:?} and exited with {:?}; a lab's last event and its exit code say the same",
            recording.code
        ),
    }
}

/// One line a point: it is read in diffs.
fn grid(points: &[Point]) -> Result<String> {
    let lines: Vec<String> = points.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// Puts them in place of what was there.
fn write(dir: &Path, files: &Files) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    fs::create_dir_all(dir)?;
    files.iter().try_for_each(|(name, text)| Ok(fs::write(dir.join(name), text)?))
}
