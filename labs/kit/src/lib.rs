//! What every lab is made of: knobs, lanes, watched futures, witnesses, checks and a verdict.
//!
//! A lab declares its [`Manifest`] and [`knobs!`], and hands [`Manifest::main`] one scenario for each variant. It knows nothing of
//! a server, a book or a browser; all it says goes to one ordered stream ([`out`]).
//!
//! ```
//! use labkit::prelude::*;
//!
//! labkit::knobs! {
//!     /// How long the caller waits.
//!     patience: Duration = 20, 1..=500;
//! }
//!
//! async fn scenario(lab: Lab, knobs: Knobs) -> Result {
//!     let caller = lab.lane("caller");
//!     let answer = timeout(knobs.patience, caller.watch("a slow answer", sleep(ms(60)))).await;
//!     lab.check_eq("the caller gives up", true, answer.is_err());
//!     Ok(())
//! }
//! ```

#![warn(missing_docs)]

mod busy;
mod cli;
mod clip;
mod count;
pub mod cut;
mod knobs;
mod lab;
mod lane;
mod latch;
mod manifest;
pub mod out;
mod owner;
mod plan;
#[cfg(not(target_family = "wasm"))]
pub mod postgres;
mod text;
mod watch;
pub mod witness;
mod world;

pub use busy::Busy;
pub use count::{Count, One};
pub use cut::{CancelAt, Cuts, sweep};
pub use knobs::{KnobSet, KnobType};
pub use lab::Lab;
pub use labkit_wire as wire;
pub use lane::{Lane, Told};
pub use latch::{Latch, OpenOnDrop};
pub use manifest::{Manifest, Scenario, Unavailable, Variant};
pub use owner::Owner;
pub use watch::{Watch, ok_or_err};

/// What a scenario gives back: an error is a fault of the lab, unless it is [`Unavailable`].
pub type Result<T = ()> = anyhow::Result<T>;

/// What nearly every lab uses.
pub mod prelude {
    pub use crate::{Lab, Lane, Manifest, Result, Unavailable, every, ms, wire::Clock, wire::Need};
    pub use std::{process::ExitCode, time::Duration};
    pub use tokio::{
        select,
        time::{Instant, sleep, timeout},
    };
}

/// That many milliseconds.
pub const fn ms(n: u64) -> std::time::Duration {
    std::time::Duration::from_millis(n)
}

/// Waits as [`tokio::time::sleep`] does, but for time in which this process ran: one that was stopped meanwhile, or had no
/// processor, gets what it missed. So whoever looks behind it sees what others had the time to do.
pub async fn lapse(span: std::time::Duration) {
    const SLICES: u32 = 20;
    for _ in 0..SLICES {
        // Each timer begins anew. One for all would be over when the process goes on, before those that ran beside it.
        tokio::time::sleep(span / SLICES).await;
    }
}

/// A ticker whose first tick comes after one period, not at once.
pub fn every(period: std::time::Duration) -> tokio::time::Interval {
    let mut ticker = tokio::time::interval(period);
    ticker.reset();
    ticker
}
