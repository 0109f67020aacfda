//! Whatever ends a run, its whole process tree ends too.
//!
//! A **keeper** is a tiny process between the server and a lab. The server holds one end of a pipe, the
//! lifeline; when the lab exits, or the lifeline is cut, the keeper kills and reaps every descendant until
//! there is none. It is a child subreaper: a grandchild that lost its parent (`nohup`, a double fork) becomes
//! the keeper's child, and `setsid` does not change whose child one is. The kernel closes the lifeline
//! of a server that was killed, so that is an end like any other.
//!
//! A lab that kills its keeper gets away; so does a descendant that runs as another user. Outside Linux there
//! is no subreaper: there the lab's process group is ended (`group.rs`), and a grandchild that left it stays.

mod capture;
mod handle;
mod order;
pub mod process;
mod spares;
mod status;
#[cfg(target_os = "linux")]
mod tree;
#[cfg(not(target_os = "linux"))]
#[path = "group.rs"]
mod tree;
// What only other systems use is tested here too.
#[cfg(all(test, target_os = "linux"))]
mod group;

pub use capture::{Captured, End, capture, capture_until};
pub use handle::{Output, StartError, Tree, alive, own_program, start};
pub use order::Order;
pub use spares::Spares;
pub use status::Status;

/// As the first argument it makes the program a keeper.
pub const ARG: &str = "__keeper";

/// What a keeper says before it starts what it was told to.
const TAKEN: &str = "taken";

/// The most processes one run may have at a time.
pub const PROCESSES: usize = 256;
