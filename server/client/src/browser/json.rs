//! The protocol's messages, read by hand: the derived readers are several times larger in wasm. What they are is
//! typed in the protocol's crate only; tests hold the two together.

mod catalog;
mod read;
mod run;
#[cfg(test)]
mod tests;

pub use catalog::{Lab, Labs};
pub use read::{Read, fields, fields_of, maybe, parse, refusal, word};
