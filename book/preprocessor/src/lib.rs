//! Turns a chapter's directives into widgets, and builds the whole site. Everything it writes works without
//! JavaScript; the page's client takes over what is marked `data-sr`.

pub mod catalog;
pub mod check;
mod directive;
mod expand;
mod html;
mod preprocess;
mod problem;
pub mod record;
pub mod site;
mod source;
mod widgets;

pub use preprocess::StillRunning;
pub use problem::Problem;
