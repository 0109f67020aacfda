//! The server against the bare pipe, and against peers: every figure from one sitting, on one machine.
//!
//! `cargo bench --bench versus -- [--peers] [--quick] [--only WORD]` prints a Markdown table, and what it measured
//! on the way. The client is a plain thread that reads a socket; it compares every byte.

mod machine;
mod measures;
mod pattern;
mod peer;
mod process;
mod scale;
mod server;
mod socket;
mod table;

use peer::Peer;
use scale::Scale;
use std::env::args;

fn main() {
    let asked = |flag: &str| args().any(|arg| arg == flag);
    let only = args().skip_while(|arg| arg != "--only").nth(1);
    let scale = Scale { quick: asked("--quick") };
    let peer = if asked("--peers") { Peer::find() } else { None };
    println!("{}", machine::heading(peer.as_ref()));
    println!("{}", table::HEAD);
    for (name, measure) in measures::ALL {
        if only.as_ref().is_none_or(|only| name.contains(only.as_str())) {
            for row in measure(scale, peer.as_ref()) {
                println!("{row}");
            }
        }
    }
    println!("\nLoad at the end: {}.", machine::load());
}
