//! From a pasted line of log to the labs that can cause it.
//!
//! [`find`] knows how to match, and no message; the messages stand in `errors.toml` ([`Table`]). The command line reads
//! the table; a page carries it in its HTML and hands what it finds there to the same [`find`].
#![warn(missing_docs)]

mod find;
mod pattern;
#[cfg(feature = "table")]
mod table;

pub use find::{Entry, find};
#[cfg(feature = "table")]
pub use table::{Cause, Message, Table, Text};
