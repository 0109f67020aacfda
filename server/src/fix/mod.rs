//! Is the reader's own variant a fix? It is run at every point of its lab's grid, for one that held somewhere may have
//! held by luck. Where it fails, it is compared with the fixes that are known to be none.

mod alike;
mod points;
mod shown;
mod subject;
mod texts;
mod words;

use points::points;
pub use points::{pairs, singles};
pub use subject::Fix;
pub use texts::Texts;
pub use words::does_not_compile;

use crate::{
    catalog::{Catalog, Job, MINE, Unfit},
    pool,
};
use labkit_wire::{Clock, Value, Verdict};
use shown::Shown;
use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};
use still_running_protocol::{Finding, Point};
use tokio_util::sync::CancellationToken;

/// The runs of the reader's own variant that make the grid of a lab; knobs that are set here stay in all of them.
pub fn jobs(
    catalog: &Catalog,
    slug: &str,
    knobs: &BTreeMap<String, Value>,
) -> Result<Vec<Job>, Unfit> {
    let first = catalog.choose(slug, MINE, knobs)?;
    let points = points(&first.lab, knobs).into_iter();
    let further = points.map(|point| catalog.choose(slug, MINE, &point));
    std::iter::once(Ok(first)).chain(further).collect()
}

impl Fix {
    /// Runs it at all of these points, and tells of each as it ends. Where one fails, the others are run all the same, for
    /// they say what it is like. Once `stop` is cancelled it ends soon, its processes are gone then, and what it found means
    /// nothing.
    pub async fn examine(
        &self,
        jobs: &[Job],
        stop: &CancellationToken,
        mut tell: impl FnMut(&Point),
    ) -> Finding {
        let mut shown: Vec<Option<Shown>> = vec![None; jobs.len()];
        let (mut done, hangs) = (0, AtomicBool::new(false));
        let work = |i: usize| {
            let (fix, job, stop) = (self.clone(), jobs[i].clone(), stop.clone());
            async move { fix.at(&job, &stop).await }
        };
        // One that hangs is no fix, and hangs elsewhere too: nobody is to wait for all of it.
        let goes_on = |_: &usize| !stop.is_cancelled() && !hangs.load(Relaxed);
        let points = (0..jobs.len()).take_while(goes_on);
        pool::each(points, self.at_once, work, |i, ended| {
            let seen = ended.unwrap_or_else(Shown::fault);
            done += 1;
            hangs.fetch_or(seen.hangs, Relaxed);
            tell(&words::point(&jobs[i], &seen, done, jobs.len()));
            shown[i] = Some(seen);
            ControlFlow::Continue(())
        })
        .await;
        let first = shown.iter().position(|seen| seen.as_ref().is_some_and(|seen| seen.fails));
        let all: Vec<_> = shown.iter().flatten().cloned().collect();
        match first.zip(first.and_then(|first| shown[first].as_ref())) {
            Some((first, seen)) => {
                let whole = all.len() == jobs.len();
                let alike = if whole { self.alike(jobs, &all, stop).await } else { None };
                words::failed(jobs, first, seen, alike)
            }
            None => words::held(&all),
        }
    }

    /// What the reader's own showed at a point, and whether that is no fix.
    async fn at(&self, job: &Job, stop: &CancellationToken) -> Shown {
        let mut shown = self.run(job, &self.program, stop).await;
        let (real, pair) = (self.lab.description.clock == Clock::Real, job.turned().len() > 1);
        shown.fails = match shown.verdict {
            Some(Verdict::Held | Verdict::Unavailable) => false,
            Some(Verdict::Violated) | None if !pair => true,
            // Where two limits are near each other, a real clock has now one first and now the other.
            Some(Verdict::Unexercised) if real && pair => false,
            verdict => {
                // Two knobs turned together may ask for more than the lab's own fix can do; and where nothing is at stake
                // with that one either, nothing is shown.
                let fixed = Job { variant: "fixed".to_owned(), ..job.clone() };
                self.run(&fixed, &job.lab.program, stop).await.verdict == Some(Verdict::Held)
                    && (!real || self.run(job, &self.program, stop).await.verdict == verdict)
            }
        };
        shown
    }
}
