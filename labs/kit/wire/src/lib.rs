//! What a lab says to the world, and nothing else: no runtime, no terminal, no browser.
//!
//! A lab is a process. It describes itself as JSON ([`Description`]), prints text for people, and, when
//! [`EVENTS_ENV`] asks for it, [`Event`]s in the same stream, framed so that terminals ignore them
//! ([`frame`], [`Parser`]). It ends with one of the codes in [`exit`].

#![warn(missing_docs)]

mod description;
mod event;
mod fault;
mod frame;
mod read;
pub mod text;
mod values;
mod verdict;

pub use description::{Article, Choice, Clock, Description, Knob, KnobKind, Need};
pub use event::{Event, Kind, NUMBER_MAX};
pub use frame::{FRAME_MAX, Item, Parser, encode};
pub use values::{KnobError, Value, Values};
pub use verdict::{Verdict, exit};

/// Set to `1`, it makes a lab emit events in its output.
pub const EVENTS_ENV: &str = "STILL_RUNNING_EVENTS";
/// Where a lab finds a PostgreSQL that outlives its own run (a URL, as for sqlx).
pub const POSTGRES_ENV: &str = "STILL_RUNNING_POSTGRES";
/// What the name of a popular fix that is none begins with, as a variant: `wrong-join` is `wrong/join.rs`.
pub const WRONG: &str = "wrong-";
/// Whose that PostgreSQL is, in words for people; without it, a temporary one.
pub const POSTGRES_ORIGIN_ENV: &str = "STILL_RUNNING_POSTGRES_ORIGIN";
/// Set where none is to be had: why, and on a second line the one thing to do.
pub const NO_POSTGRES_ENV: &str = "STILL_RUNNING_NO_POSTGRES";
/// The version of [`Description`] and [`Event`]; a reader refuses what it does not know.
pub const VERSION: u32 = 1;
