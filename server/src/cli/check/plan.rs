use super::{
    grid,
    trial::{Aim, Trial},
};
use crate::{
    catalog::{self, Catalog, Job, Unfit},
    keeper::{Captured, End, Order, StartError, Status},
};
use labkit_wire::{Value, Verdict};
use std::{collections::BTreeMap, time::Duration};

/// What each variant is to show at its defaults.
const EXPECTED: [(&str, Verdict); 2] = [("buggy", Verdict::Violated), ("fixed", Verdict::Held)];

pub fn order(job: &Job) -> Order {
    Order::new(&job.lab.program).args(catalog::args(&job.variant, &job.values))
}

/// What a run showed.
#[derive(Debug)]
pub enum Outcome {
    Verdict(Verdict, Vec<u8>),
    /// It showed nothing: the words say how it ended.
    Fault(String, Vec<u8>),
}

impl Outcome {
    pub fn of(captured: Result<Captured, StartError>, limit: Duration) -> Self {
        let Captured { output, end } = match captured {
            Ok(captured) => captured,
            Err(error) => return Self::Fault(error.to_string(), vec![]),
        };
        let verdict = match end {
            End::Exited(Some(Status::Code(code))) => {
                Verdict::from_code(code).ok_or(format!("exit code {code}"))
            }
            End::Exited(status) => {
                Err(status.and_then(Status::signal).unwrap_or("its keeper was killed".to_owned()))
            }
            End::TimeLimit => Err(format!("still running after {} s", limit.as_secs())),
        };
        match verdict {
            Ok(verdict) => Self::Verdict(verdict, output),
            Err(how) => Self::Fault(how, output),
        }
    }
}

/// What is to be tried of each lab.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Which labs; all where none is named.
    pub slugs: &'a [String],
    /// Turned in all runs.
    pub knobs: &'a BTreeMap<String, Value>,
    /// Over the grid of each knob, too.
    pub grid: bool,
}

/// The trials, lab by lab in the order of the book, variant by variant, each of them once.
pub fn plan(catalog: &Catalog, wanted: Wanted<'_>) -> Result<Vec<Trial>, Unfit> {
    let all = catalog.slugs();
    let slugs = if wanted.slugs.is_empty() { &all } else { wanted.slugs };
    let mut trials = vec![];
    for slug in slugs {
        for (variant, expected) in EXPECTED {
            let job = catalog.choose(slug, variant, wanted.knobs)?;
            trials.push(Trial::once(job, Aim::Show(expected)));
        }
        if wanted.grid {
            trials.extend(grid::trials(catalog, slug, wanted.knobs)?);
        }
    }
    Ok(trials)
}
