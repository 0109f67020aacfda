//! What a run looks like: a timeline, a table, a sentence, a transcript, and a recording to keep.
//!
//! Pure text in, text out. The book's preprocessor calls it natively and the page's client in wasm, so a
//! picture drawn at build time and one drawn live are the same picture.

mod compare;
mod finding;
pub mod grid;
mod layout;
mod legend;
mod model;
mod parts;
pub mod recording;
mod svg;
mod table;
pub mod text;
pub mod transcript;

pub use compare::{after_the_last_check, differences, outcomes};
pub use finding::checks;
pub use legend::legend;
pub use model::{Run, Timeline};
pub use svg::{MIN_WIDTH, View, svg};
pub use table::{MAX_ROWS, table};
