//! A lab whose clock is virtual says the same each time, byte for byte, wherever its knobs stand.

use labkit::wire::{Clock, Description, EVENTS_ENV};
use std::{
    env,
    path::PathBuf,
    process::{Command, Output},
};

/// The lab whose manifest names this test; cargo has built it next to where tests are.
fn lab() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join(env!("CARGO_PKG_NAME"))
}

fn run(args: &[String]) -> Output {
    Command::new(lab()).args(args).env(EVENTS_ENV, "1").env_remove("RUST_LOG").output().unwrap()
}

/// Each variant with each combination of what the grids hold.
fn all(about: &Description) -> Vec<Vec<String>> {
    let mut all: Vec<_> = about.variants.iter().map(|variant| vec![variant.clone()]).collect();
    for knob in &about.knobs {
        let turn = |args: &Vec<String>, value| {
            [args.clone(), vec![format!("--{}", knob.name), value]].concat()
        };
        all = all.iter().flat_map(|args| knob.grid().into_iter().map(|v| turn(args, v))).collect();
    }
    all
}

#[test]
fn each_run_is_the_same_byte_for_byte() {
    let about: Description =
        serde_json::from_slice(&run(&["--describe".to_owned()]).stdout).unwrap();
    assert_eq!(about.clock, Clock::Paused);
    for args in all(&about) {
        let first = run(&args);
        assert!(!first.stdout.is_empty(), "{args:?}");
        for _ in 0..3 {
            let again = run(&args);
            assert_eq!(
                String::from_utf8_lossy(&again.stdout),
                String::from_utf8_lossy(&first.stdout),
                "{args:?}"
            );
        }
    }
}
