use super::{
    plan::Outcome,
    trial::{Aim, Trial},
};
use crate::{catalog::Job, cli::out::line};
use labkit_wire::Verdict;
use serde::Serialize;
use std::{
    fs,
    io::{IsTerminal, Write, stderr},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// How much of a wrong run is shown; labs print less than that.
const LINES: usize = 60;

/// What was seen so far: one line a lab, in order, as soon as its runs are over.
pub struct Report {
    labs: Vec<Tally>,
    printed: usize,
    json: bool,
    until_odd: bool,
    keep: Option<PathBuf>,
    done: usize,
    trials: usize,
    progress: bool,
}

/// One lab's runs.
#[derive(Debug, Serialize)]
struct Tally {
    lab: String,
    runs: usize,
    /// Runs that showed what they were to show.
    right: usize,
    wrong: Vec<Wrong>,
    /// Wrong fixes, and where each is caught.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    caught: Vec<Caught>,
    /// What is missing here, in the lab's own words: it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    unavailable: Option<String>,
    #[serde(skip)]
    trials: usize,
}

/// A popular fix that is none.
#[derive(Debug, PartialEq, Serialize)]
struct Caught {
    variant: String,
    /// The first point of the grid at which it violates, in words.
    at: String,
}

/// A run that went wrong.
#[derive(Debug, Serialize)]
struct Wrong {
    variant: String,
    expected: String,
    got: String,
    /// What is typed to see it again.
    again: String,
    /// What it printed.
    said: String,
    /// The file that has it, or why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
}

impl Report {
    /// For these trials, each made that many times.
    pub fn new(trials: &[Trial], times: u32, json: bool, until_odd: bool) -> Self {
        let (mut labs, times): (Vec<Tally>, _) = (vec![], times as usize);
        for trial in trials {
            match labs.iter_mut().find(|tally| tally.lab == trial.job.lab.slug()) {
                Some(tally) => tally.trials += times,
                None => labs.push(Tally::new(trial.job.lab.slug(), times)),
            }
        }
        let progress = stderr().is_terminal();
        let (printed, done, trials, keep) = (0, 0, trials.len() * times, None);
        Self { labs, printed, json, until_odd, keep, done, trials, progress }
    }

    /// Writes what wrong runs print into that folder.
    pub fn keeping(self, folder: PathBuf) -> Self {
        Self { keep: Some(folder), ..self }
    }

    pub fn has_seen_enough(&self) -> bool {
        self.until_odd && self.labs.iter().any(|tally| !tally.wrong.is_empty())
    }

    /// Of several runs of a trial, `job` is the one that decided.
    pub fn add(&mut self, trial: &Trial, job: &Job, outcome: Outcome) {
        let tally = self.labs.iter_mut().find(|tally| tally.lab == trial.job.lab.slug());
        tally.expect("every trial was planned").add(trial, job, outcome, self.keep.as_deref());
        self.done += 1;
        self.progress("\r\x1b[K");
        while let Some(tally) =
            self.labs.get(self.printed).filter(|tally| tally.runs == tally.trials)
        {
            if !self.json {
                line(&tally.line());
            }
            self.printed += 1;
        }
        if self.done < self.trials {
            self.progress(&format!("{} of {} runs", self.done, self.trials));
        }
    }

    fn progress(&self, text: &str) {
        if self.progress {
            write!(stderr(), "{text}").unwrap_or_default();
        }
    }

    /// Says what went wrong, if anything.
    pub fn end(self) -> ExitCode {
        if self.json {
            line(&serde_json::to_string_pretty(&self.labs).expect("it has no map with odd keys"));
        } else {
            let cut_short = self.labs.iter().skip(self.printed).filter(|tally| tally.runs > 0);
            cut_short.for_each(|tally| line(&tally.line()));
            self.labs.iter().for_each(Tally::explain);
        }
        let right = self.labs.iter().all(|tally| tally.wrong.is_empty());
        if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl Tally {
    fn new(lab: &str, trials: usize) -> Self {
        let (lab, wrong, caught) = (lab.to_owned(), vec![], vec![]);
        Self { lab, runs: 0, right: 0, wrong, caught, unavailable: None, trials }
    }

    fn add(&mut self, trial: &Trial, job: &Job, outcome: Outcome, keep: Option<&Path>) {
        self.runs += 1;
        let (got, said) = match outcome {
            Outcome::Verdict(verdict, _) if trial.aim.is_met(verdict) => {
                return self.is_right(trial.aim, job);
            }
            Outcome::Verdict(Verdict::Unavailable, said) => {
                return self.unavailable = Some(tail(&said, 1));
            }
            Outcome::Verdict(verdict, said) if trial.further.is_empty() => {
                (verdict.to_string(), said)
            }
            Outcome::Verdict(_, said) => {
                (format!("another verdict at all of its {} points", trial.further.len() + 1), said)
            }
            Outcome::Fault(how, said) => (how, said),
        };
        let variant = job.variant.clone();
        let kept = keep.map(|folder| {
            let number = self.wrong.len() + 1;
            write_down(&folder.join(format!("{}-{variant}-{number}.txt", self.lab)), &said)
        });
        let (said, again, expected) = (tail(&said, LINES), job.command(), trial.aim.to_string());
        self.wrong.push(Wrong { variant, expected, got, again, said, kept });
    }

    fn is_right(&mut self, aim: Aim, job: &Job) {
        self.right += 1;
        let caught = Caught { variant: job.variant.clone(), at: place(job) };
        if aim == Aim::ViolateSomewhere && !self.caught.contains(&caught) {
            self.caught.push(caught);
        }
    }

    fn line(&self) -> String {
        let word = match (&self.unavailable, self.wrong.len()) {
            (_, 1..) => "WRONG".to_owned(),
            (Some(why), 0) => format!("skipped: {why}"),
            (None, 0) => "ok".to_owned(),
        };
        let line =
            format!("{:24} {:>4} of {:<4} runs right  {word}", self.lab, self.right, self.runs);
        let caught =
            self.caught.iter().map(|c| format!("\n  {} fails, first at {}", c.variant, c.at));
        line + &caught.collect::<String>()
    }

    /// The first run that went wrong stands for the others.
    fn explain(&self) {
        let Some(wrong) = self.wrong.first() else { return };
        let Wrong { variant, expected, got, again, said, kept } = wrong;
        line(&format!(
            "\n{} {variant}: {expected} was expected, {got} was got. It printed:",
            self.lab
        ));
        said.lines().for_each(|said| line(&format!("  | {said}")));
        if let Some(kept) = kept {
            line(&format!("  Kept: {kept}"));
        }
        line(&format!("  To see it again: {again}"));
    }
}

/// Where the knobs stood, in words.
fn place(job: &Job) -> String {
    let turned: Vec<String> =
        job.turned().iter().map(|(knob, value)| format!("{knob}={value}")).collect();
    if turned.is_empty() { "its defaults".to_owned() } else { turned.join(" ") }
}

/// Where it was written, or why it was not: a run that is seen once in a thousand is worth its report all the same.
fn write_down(file: &Path, said: &[u8]) -> String {
    match fs::write(file, said) {
        Ok(()) => file.display().to_string(),
        Err(why) => format!("nothing, {} cannot be written: {why}", file.display()),
    }
}

fn tail(output: &[u8], lines: usize) -> String {
    let text = String::from_utf8_lossy(output);
    let all: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
