//! What a lab says to the world, and nothing else: no runtime, no terminal, no browser.
//!
//! A lab is a process. It describes itself as JSON ([`Description`]), prints text for people, and, when
//! [`EVENTS_ENV`] asks for it, [`Event`]s in the same stream, framed so that terminals ignore them
//! ([`frame`], [`Parser`]). It ends with one of the codes in [`exit`].

mod description;
mod event;
pub mod fields;
mod frame;
pub mod json;
mod read;
pub mod text;
mod values;
mod verdict;

pub use description::{Article, Choice, Clock, Description, Knob, KnobKind, Need};
pub use event::{Event, Kind};
pub use frame::{FRAME_MAX, Item, Parser, encode};
pub use values::{KnobError, Value, Values};
pub use verdict::{Verdict, exit};

/// Set to `1`, it makes a lab emit events in its output.
pub const EVENTS_ENV: &str = "STILL_RUNNING_EVENTS";
/// Where a lab finds a PostgreSQL that outlives its own run (a URL, as for sqlx).
pub const POSTGRES_ENV: &str = "STILL_RUNNING_POSTGRES";
/// The version of [`Description`] and [`Event`]; a reader refuses what it does not know.
pub const VERSION: u32 = 1;
