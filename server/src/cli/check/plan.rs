use crate::{
    catalog::{self, Catalog, Job, Unfit},
    keeper::{Captured, End, Order, StartError, Status},
};
use labkit_wire::Verdict;
use std::{collections::BTreeMap, time::Duration};

/// What each variant is to show.
const EXPECTED: [(&str, Verdict); 2] = [("buggy", Verdict::Violated), ("fixed", Verdict::Held)];

/// One run, and what it is to show.
#[derive(Debug, Clone)]
pub struct Trial {
    pub job: Job,
    pub expected: Verdict,
}

impl Trial {
    pub fn order(&self) -> Order {
        Order::new(&self.job.lab.program).args(catalog::args(&self.job.variant, &self.job.values))
    }
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

/// All trials, lab by lab in the order of the book, variant by variant; `knobs` are turned in all of them.
pub fn plan(
    catalog: &Catalog,
    slugs: &[String],
    knobs: &BTreeMap<String, String>,
    times: u32,
) -> Result<Vec<Trial>, Unfit> {
    let all = catalog.slugs();
    let slugs = if slugs.is_empty() { &all } else { slugs };
    let mut trials = vec![];
    for slug in slugs {
        for (variant, expected) in EXPECTED {
            let job = catalog.choose(slug, variant, knobs)?;
            trials.extend((0..times).map(|_| Trial { job: job.clone(), expected }));
        }
    }
    Ok(trials)
}
