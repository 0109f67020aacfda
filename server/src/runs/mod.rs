//! Runs: started, watched, ended.
//!
//! A run is a task ([`drive`]) that owns a process tree, a bounded [`log`](Log), and viewers who each read
//! the log at their own pace. Whoever started the run paces it.

mod compiler;
mod counts;
pub mod drive;
mod elsewhere;
mod ending;
mod env;
mod estimate;
mod limits;
mod log;
mod means;
mod mine;
mod pace;
mod queue;
mod registry;
mod run;
mod seat;
mod source;
mod tap;

pub use counts::Counts;
pub use env::Environment;
pub use limits::Limits;
pub use log::{Log, Piece};
pub use means::Means;
pub use mine::{NotBuilt, Workshop, build_all};
pub use registry::{Census, NotStarted, Request, Runs};
pub use run::{About, Run};
pub use seat::{Next, Reader, Seat};
pub use source::NotSaved;
