//! The rows of the table.

mod crowd;
mod doors;
mod first_byte;
mod leftovers;
mod memory;
mod stall;
mod throughput;
mod whole;

use crate::{peer::Peer, scale::Scale, table::Row};

pub type Measure = fn(Scale, Option<&Peer>) -> Vec<Row>;

pub const ALL: [(&str, Measure); 8] = [
    ("throughput", throughput::measure),
    ("first byte", first_byte::measure),
    ("memory", memory::measure),
    ("crowd", crowd::measure),
    ("whole", whole::measure),
    ("stall", stall::measure),
    ("leftovers", leftovers::measure),
    ("doors", doors::measure),
];
