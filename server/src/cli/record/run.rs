use super::{about, subject::Subject};
use crate::{
    catalog::{self, Catalog, Job},
    keeper::{Captured, End, Order, Status, capture},
    runs::Environment,
};
use labkit_shelf::Shelf;
use labkit_wire::{Value, Verdict};
use std::{collections::BTreeMap, time::Duration};
use still_running_view::{after_the_last_check, recording::Recording};

/// The most bytes a recording may have: a page has to load it.
pub const MOST: usize = 16 << 20;

/// What runs are made with.
pub struct Recorder {
    pub environment: Environment,
    pub limit: Duration,
    pub shelf: Shelf,
    pub catalog: Catalog,
}

impl Recorder {
    /// One run to its end, as a recording, and the verdict it tells. Nothing of it is left afterwards, and dropped
    /// halfway, nothing either.
    ///
    /// A run without a verdict is a fault of its lab, and no recording.
    pub async fn run(
        &self,
        of: &Subject,
        variant: &str,
        knob: Option<(&str, &str)>,
    ) -> Result<(Recording, Verdict), String> {
        let word = |value: &str| Value::Word(value.to_owned());
        let turned: BTreeMap<_, _> =
            knob.into_iter().map(|(name, value)| (name.to_owned(), word(value))).collect();
        let job = self
            .catalog
            .choose(of.lab.slug(), variant, &turned)
            .map_err(|unfit| unfit.to_string())?;
        self.record(of, &job).await.map_err(|why| format!("{}: {why}", job.command()))
    }

    async fn record(&self, of: &Subject, job: &Job) -> Result<(Recording, Verdict), String> {
        let order = Order::new(&job.lab.program).args(catalog::args(&job.variant, &job.values));
        let (order, loan) = self.environment.furnish(order, job).await;
        let captured = capture(&order, self.limit, MOST + 1).await;
        loan.give_back().await;
        let captured = captured.map_err(|error| error.to_string())?;
        let (output, code) = self.whole(captured)?;
        let mut header = about::header(job);
        let about = about::about(job, &of.folder, &self.shelf, Verdict::from_code(code)).await?;
        header.still_running = Some(about);
        let recording = Recording::of(header, &output, Some(code));
        let verdict = verdict(&recording)?;
        match after_the_last_check(&recording.timeline()) {
            Some(late) => {
                Err(format!("{late}; let the lab say that its story is over (`lab.over()`) before"))
            }
            None => Ok((recording, verdict)),
        }
    }

    fn whole(&self, Captured { output, end }: Captured) -> Result<(Vec<u8>, i32), String> {
        match end {
            End::TimeLimit => {
                Err(format!("it ran longer than {} s and was ended", self.limit.as_secs()))
            }
            End::Exited(_) if output.len() > MOST => {
                Err(format!("it printed more than the {} MiB a recording may have", MOST >> 20))
            }
            End::Exited(Some(Status::Code(code))) => Ok((output, code)),
            End::Exited(status) => {
                let by = status.and_then(Status::signal).unwrap_or_else(|| "someone".to_owned());
                Err(format!("it was ended by {by} after {} bytes of output", output.len()))
            }
        }
    }
}

fn verdict(recording: &Recording) -> Result<Verdict, String> {
    let (told, code) = (recording.timeline().verdict(), recording.code);
    match (told, code.and_then(Verdict::from_code)) {
        (Some(told), Some(exited)) if told == exited => Ok(told),
        _ => Err(format!(
            "the run told the verdict {told:?} and exited with {code:?}; a lab's last event and its exit code say the same"
        )),
    }
}
