//! Many at once, things that fail, and people who mean harm. It takes a minute; `STILL_RUNNING_HEAVY=1` raises
//! the counts to those of a whole day (2,000 viewers, 10,000 runs, peers that say nothing for a minute), and then
//! it takes a quarter of an hour on two cores.

#[path = "../black_box/support/mod.rs"]
mod support;

mod attack;
mod class;
mod death;
mod faults;
mod raw;
mod scale;
mod slow;

/// The usual count, or the one of a whole day.
fn scaled(usual: usize, heavy: usize) -> usize {
    if is_heavy() { heavy } else { usual }
}

fn is_heavy() -> bool {
    std::env::var_os("STILL_RUNNING_HEAVY").is_some_and(|value| value == "1")
}
