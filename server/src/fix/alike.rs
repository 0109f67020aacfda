//! Which known wrong fix the reader's own behaves like: the same verdicts, and the same checks that fail, at every point.
//! Several may do; then the one whose text is nearest is told of.

use super::{Fix, shown::Shown};
use crate::{catalog::Job, pool};
use labkit_wire::{Clock, Verdict};
use std::ops::ControlFlow;
use tokio_util::sync::CancellationToken;

/// Where the bug stands, in place of a fix.
const BUGGY: &str = "buggy";

impl Fix {
    /// What there is to say of a variant that showed this at these points.
    pub(super) async fn alike(
        &self,
        jobs: &[Job],
        shown: &[Shown],
        stop: &CancellationToken,
    ) -> Option<String> {
        if self.texts.is_untouched() {
            return Some("Nothing in it has been changed yet: it is the bug.".to_owned());
        }
        let wrong = self.lab.description.wrong.iter().map(String::as_str);
        let all: Vec<_> = wrong.chain([BUGGY]).map(str::to_owned).collect();
        let work = |variant: String| {
            let (fix, jobs, shown) = (self.clone(), jobs.to_vec(), shown.to_vec());
            let stop = stop.clone();
            async move { fix.is_like(&variant, &jobs, &shown, &stop).await }
        };
        let mut same = vec![];
        pool::each(all, self.at_once, work, |variant, ended| {
            same.extend(Some(variant).filter(|_| ended.unwrap_or(false)));
            ControlFlow::Continue(())
        })
        .await;
        if stop.is_cancelled() { None } else { self.texts.nearest(same) }
    }

    /// Run until it differs. With a real clock once may be an accident.
    async fn is_like(
        &self,
        variant: &str,
        jobs: &[Job],
        shown: &[Shown],
        stop: &CancellationToken,
    ) -> bool {
        let clock = self.lab.description.clock;
        for (job, mine) in jobs.iter().zip(shown) {
            let job = Job { variant: variant.to_owned(), ..job.clone() };
            let mut chances = if clock == Clock::Real { 2 } else { 1 };
            while !same(mine, &self.run(&job, &job.lab.program, stop).await, clock) {
                chances -= 1;
                if chances == 0 || stop.is_cancelled() {
                    return false;
                }
            }
        }
        true
    }
}

/// Whether two runs showed the same. With a real clock, what was got may hold a figure that is never the same twice, and
/// whether anything was at stake may be a matter of moments.
fn same(one: &Shown, other: &Shown, clock: Clock) -> bool {
    let exact = clock == Clock::Paused;
    let failed = |shown: &Shown| -> Vec<_> {
        let checks = shown.failed.iter().cloned();
        checks.map(|[what, want, got]| (what, want, exact.then_some(got))).collect()
    };
    let verdict = |shown: &Shown| match shown.verdict {
        Some(Verdict::Unexercised) if !exact => Some(Verdict::Held),
        verdict => verdict,
    };
    verdict(one) == verdict(other) && failed(one) == failed(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_are_the_same_by_verdict_and_by_what_failed() {
        let shown = |got: &str| Shown {
            verdict: Some(Verdict::Violated),
            failed: vec![["rows".into(), "3".into(), got.into()]],
            ..Shown::default()
        };
        assert!(same(&shown("0"), &shown("0"), Clock::Paused));
        assert!(!same(&shown("0"), &shown("1"), Clock::Paused));
        assert!(same(&shown("7 ms"), &shown("8 ms"), Clock::Real));
        let of = |verdict| Shown { verdict: Some(verdict), ..Shown::default() };
        let (held, idle) = (of(Verdict::Held), of(Verdict::Unexercised));
        assert!(same(&held, &idle, Clock::Real) && !same(&held, &idle, Clock::Paused));
    }
}
