//! `still-running`: serves the book, and runs its labs.
//!
//! A run is a process tree, a bounded log and some viewers. What each module promises:
//!
//! - [`keeper`]: whatever ends a run, its whole process tree ends too, and the server's death is such an end.
//! - [`catalog`]: what the server knows of a lab, the lab told it.
//! - [`runs`]: every byte arrives, in order, or the one who missed it is told; memory is bounded; a lab is
//!   slowed down rather than its starter's output lost.
//! - [`fix`]: the reader's own variant is called a fix where it held at every point of its lab's grid.
//! - [`http`]: nothing foreign starts, reads or stops a run; every refusal is a sentence.
//! - [`cli`]: what a person types.
//!
//! Every task has an owner who waits for it, and every `await` may be the last one: see [`runs::drive`] for
//! the life of one run, and [`http::serve`] for how all of it stops.

pub mod catalog;
pub mod cli;
pub mod fix;
pub mod http;
pub mod keeper;
mod pool;
pub mod postgres;
pub mod runs;

use std::process::ExitCode;

/// The program. A keeper is this same program; it must be up in a millisecond, so it is asked for first.
pub fn main() -> ExitCode {
    let first = std::env::args_os().nth(1).unwrap_or_default();
    if first == keeper::ARG {
        return keeper::process::main();
    }
    if let Some(code) = postgres::keeper_main(&first) {
        return code;
    }
    cli::main()
}
