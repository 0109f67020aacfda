//! What the page and the server say to each other, typed once for both ends.
//!
//! Over HTTP: [`Labs`], [`NewRun`], [`Created`], [`RunInfo`], [`Mine`], [`SaveMine`],
//! [`Refusal`]. On a run's socket binary frames are the
//! terminal's bytes, and text frames are [`ToClient`] and [`ToServer`], as JSON. At a site's root [`SITE`] says whether there
//! is a server at all.

#![warn(missing_docs)]

mod check;
mod http;
mod knobs;
mod mine;
mod object;
mod site;
mod socket;

pub use check::{Finding, Point};
pub use http::{Created, LabInfo, Labs, NewRun, Refusal, RunInfo, State};
pub use mine::{Level, Mine, Problem, SaveMine};
pub use site::{Assets, Mode, Programs, SITE, Xterm};
pub use socket::{Exit, Reason, ToClient, ToServer};

/// The most bytes of output in one frame of a run's socket.
pub const FRAME_MAX: usize = 64 * 1024;
/// How many bytes the server sends ahead of the last acknowledged one, unless configured.
pub const WINDOW: u64 = 1024 * 1024;
/// How long a run goes on with nobody watching, in seconds: a page reload fits in.
pub const UNWATCHED_SECONDS: u64 = 10;
