//! At defaults buggy violates and fixed holds; wherever the knobs stand, fixed never violates.

use super::shape::folders;
use crate::sh::{built, command, run};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

/// Runs at once: labs mostly wait.
const JOBS: usize = 4;
const VIOLATED: i32 = 10;
const FINE: [i32; 3] = [0, 11, 12];

pub fn runs() -> Result<()> {
    run(command(built("still-running"), &["check", "--times", "1"]))?;
    let points = Mutex::new(grid()?);
    let total = points.lock().expect("no thread yet").len();
    let wrong = Mutex::new(vec![]);
    thread::scope(|scope| {
        for _ in 0..JOBS {
            scope.spawn(|| {
                while let Some(point) = { points.lock().expect("no panic").pop() } {
                    if let Err(why) = point.run() {
                        wrong.lock().expect("no panic").push(format!("  {why:#}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    if !wrong.is_empty() {
        bail!(
            "fixed is not fixed at {} of {total} points of the knob grids:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }
    eprintln!("   fixed held, or had nothing at stake, at all {total} points of the knob grids");
    Ok(())
}

/// One knob of one lab away from its default.
struct Point {
    slug: String,
    knob: String,
    value: String,
}

impl Point {
    fn run(&self) -> Result<()> {
        let Self { slug, knob, value } = self;
        let line = format!("{slug} fixed --{knob} {value}");
        let mut lab = Command::new(built(slug));
        lab.args(["fixed", &format!("--{knob}"), value]).stdin(Stdio::null());
        let done = lab.output().with_context(|| line.clone())?;
        match done.status.code() {
            Some(VIOLATED) => bail!("{line}: violated. See: target/debug/{line}"),
            Some(code) if FINE.contains(&code) => Ok(()),
            _ => bail!("{line}: a fault of the lab ({}). See: target/debug/{line}", done.status),
        }
    }
}

fn grid() -> Result<Vec<Point>> {
    let mut points = vec![];
    for dir in folders()? {
        let slug = dir.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let said =
            Command::new(built(&slug)).arg("--describe").output().with_context(|| slug.clone())?;
        let lab: Value =
            serde_json::from_slice(&said.stdout).with_context(|| format!("{slug} --describe"))?;
        for knob in lab["knobs"].as_array().into_iter().flatten() {
            points.extend(values(knob).into_iter().map(|value| Point {
                slug: slug.clone(),
                knob: knob["name"].as_str().unwrap_or_default().to_owned(),
                value,
            }));
        }
    }
    Ok(points)
}

fn values(knob: &Value) -> Vec<String> {
    let list = |key: &str| knob[key].as_array().cloned().unwrap_or_default();
    let numbers = list("grid").into_iter().map(|n| n.to_string());
    let words = list("choices").into_iter().filter_map(|c| c["value"].as_str().map(str::to_owned));
    numbers.chain(words).collect()
}
