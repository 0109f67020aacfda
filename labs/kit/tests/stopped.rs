//! A machine that sleeps, a container that is frozen, a Ctrl-Z: a lab that was stopped for a while shows what it shows else.

use labkit::wire::Verdict;
use std::{
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const LAB: &str = env!("CARGO_BIN_EXE_stalled-body");
/// How long after its start it is stopped, in ms: around the moment at which its callers give up, 200 ms after they called.
const MOMENTS: std::ops::Range<u64> = 20..60;

fn signal(name: &str, pid: u32) {
    let done = Command::new("kill").args([name, &pid.to_string()]).stderr(Stdio::null()).status();
    // One that has ended already was not stopped, and is no less right for it.
    assert!(done.is_ok(), "kill is there");
}

/// What a run printed that was stopped then for half a second, where it did not hold.
fn odd(moment: u64) -> Option<String> {
    let lab = Command::new(LAB).arg("fixed").stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let lab = lab.expect("the lab is built");
    thread::sleep(Duration::from_millis(moment * 5));
    signal("-STOP", lab.id());
    thread::sleep(Duration::from_millis(500));
    signal("-CONT", lab.id());
    let run = lab.wait_with_output().expect("it ends");
    let said = || format!("{} ms:\n{}", moment * 5, String::from_utf8_lossy(&run.stdout));
    (run.status.code() != Some(Verdict::Held.code().into())).then(said)
}

#[test]
fn a_lab_that_was_stopped_for_half_a_second_holds_all_the_same() {
    let moments: Vec<u64> = MOMENTS.collect();
    let odd: Vec<String> = thread::scope(|scope| {
        let some = |part: Vec<u64>| part.into_iter().filter_map(odd).collect::<Vec<_>>();
        let parts: Vec<_> = moments.chunks(10).map(<[u64]>::to_vec).collect();
        let all: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || some(part))).collect();
        all.into_iter().flat_map(|one| one.join().expect("it does not panic")).collect()
    });
    assert!(odd.is_empty(), "{} of {}: {}", odd.len(), moments.len(), odd[0]);
}
