use super::{
    shown::{Shown, run},
    texts::Texts,
};
use crate::{
    catalog::{self, Job, Lab},
    keeper::Order,
    runs::Environment,
};
use labkit_wire::EVENTS_ENV;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// What is looked at, and with what.
#[derive(Clone)]
pub struct Fix {
    pub lab: Arc<Lab>,
    /// The lab, built with the reader's own variant.
    pub program: PathBuf,
    pub texts: Texts,
    pub environment: Arc<Environment>,
    /// How long one run may take.
    pub limit: Duration,
    /// How many run at a time.
    pub at_once: usize,
}

impl Fix {
    /// One run of one variant.
    pub(super) async fn run(
        &self,
        job: &Job,
        program: &PathBuf,
        stop: &CancellationToken,
    ) -> Shown {
        let order = Order::new(program).args(catalog::args(&job.variant, &job.values));
        let (order, loan) = tokio::select! {
            furnished = self.environment.furnish(order, job) => furnished,
            () = stop.cancelled() => return Shown::fault("it was not run".to_owned()),
        };
        // What is read are the events, and what is quoted goes where colours mean nothing.
        let order = order.env(EVENTS_ENV, "1").env("NO_COLOR", "1").unset("CLICOLOR_FORCE");
        let shown = run(&order, self.limit, stop).await;
        loan.give_back().await;
        shown
    }
}
