//! The rules of a class, as pure code.

mod names;
mod phase;
mod question;
mod tally;

pub use names::{alias, aliases};
pub use phase::{NotNow, Phase, Step};
pub use question::{Choice, MarkState, Question, Unasked, page_name};
pub use tally::{Pair, Round, merged, pair};
