//! The elements of a page that come to life, each in the element marked `data-sr` that the book left for it.

pub mod compare;
pub mod knobs;
pub mod paste;
pub mod question;
pub mod run;
pub mod sweep;
pub mod timeline;
