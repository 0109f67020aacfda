//! A run as the page knows it: how it is asked for, how it arrives, what it said; and the words for all that.

pub mod escape;
pub mod kept;
pub mod link;
pub mod live;
pub mod program;
pub mod recording;
pub mod socket;
pub mod tape;
pub mod words;

use std::cell::RefCell;
use std::rc::Rc;
use tape::Tape;

/// Knobs by name, with their values as one would type them. A handful: a list is as good as a map, and smaller.
pub type Knobs = Vec<(String, String)>;

/// A run that is still growing, seen by many.
pub type Shared = Rc<RefCell<Tape>>;

pub fn value<'a>(knobs: &'a Knobs, name: &str) -> Option<&'a str> {
    knobs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}
