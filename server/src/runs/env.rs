use crate::{
    catalog::Job,
    keeper::Order,
    postgres::{Loan, Postgres},
};
use labkit_wire::{EVENTS_ENV, Need};

/// What a lab finds around it.
#[derive(Debug, Default)]
pub struct Environment {
    pub postgres: Postgres,
    /// Whether events come in the output.
    pub events: bool,
    /// Whether there is colour in it, where the reader has a say in that.
    pub colour: Option<bool>,
}

impl Environment {
    /// Adds what the lab needs; waits for PostgreSQL where the lab uses one and it is just starting. What was lent is to be
    /// given back when nothing of the run is left. Cancel-safe.
    pub async fn furnish(&self, mut order: Order, job: &Job) -> (Order, Loan) {
        if self.events {
            order = order.env(EVENTS_ENV, "1");
        }
        order = match self.colour {
            Some(true) => order.env("CLICOLOR_FORCE", "1").unset("NO_COLOR"),
            Some(false) => order.env("NO_COLOR", "1").unset("CLICOLOR_FORCE"),
            None => order,
        };
        let loan = match job.lab.needs(Need::Postgres) {
            true => self.postgres.lend().await,
            false => Loan::default(),
        };
        (loan.furnish(order), loan)
    }
}
