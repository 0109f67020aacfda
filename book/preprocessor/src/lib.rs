//! Turns a chapter's directives into widgets, and builds the whole site. Everything it writes works without
//! JavaScript; the page's client takes over what is marked `data-sr`.

pub mod catalog;
pub mod check;
mod directive;
mod edition;
mod expand;
mod html;
mod links;
mod page;
mod preprocess;
mod problem;
pub mod site;
mod source;
mod tags;
mod trail;
mod widgets;

pub use edition::Edition;
pub use preprocess::StillRunning;
pub use problem::Problem;
