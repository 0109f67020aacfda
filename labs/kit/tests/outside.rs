//! What the page *Shift left* gives to copy works where it is copied to: in a crate that knows nothing of this book.

#[path = "../../../book/src/production/shift-left/cancel_sweep.rs"]
mod cancel_sweep;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tokio::time::sleep;

const MANIFEST: &str = "\
[package]
name = \"NAME\"
version = \"0.0.0\"
edition = \"2024\"

[dependencies]
tokio = { version = \"1\", features = [\"macros\", \"rt\", \"sync\", \"test-util\", \"time\"] }

[workspace]

";
/// A library with nothing to find, and one with a task that nobody owns.
const CLEAN: &str = "/// Does it.\npub async fn work() {\n    tokio::task::yield_now().await;\n}\n";
const DETACHED: &str =
    "/// Does it, some time.\npub fn work() {\n    drop(tokio::spawn(async {}));\n}\n";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src/production/shift-left")
}

/// The crate, as somebody makes it who follows the page.
fn outside(name: &str, library: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let text = |file: &str| fs::read_to_string(page().join(file)).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, text) in [
        // Crates of one name in one target folder are one to cargo, and what it has found in the first stands for the second.
        ("Cargo.toml", format!("{}{}", MANIFEST.replace("NAME", name), text("lints.toml"))),
        ("Cargo.lock", fs::read_to_string(root.join("Cargo.lock")).unwrap()),
        ("clippy.toml", text("clippy.toml")),
        ("gate.sh", text("gate.sh")),
        ("src/lib.rs", library.to_owned()),
        ("tests/cancel_sweep/mod.rs", text("cancel_sweep.rs")),
        ("tests/transfer.rs", text("transfer.rs")),
        ("tests/recipes.rs", text("recipes.rs")),
    ] {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn gate(folder: &Path) -> (Output, String) {
    let out = Command::new("sh")
        .arg("gate.sh")
        .current_dir(folder)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside-target"))
        .output()
        .unwrap();
    let said = [&out.stdout, &out.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    (out, said.concat())
}

#[test]
fn the_gate_lets_a_clean_crate_through_and_runs_the_sweep_and_the_recipes() {
    let (out, said) = gate(&outside("outside-clean", CLEAN));
    assert!(out.status.success(), "{said}");
    for name in ["two_awaits_in_a_row_lose_money", "a_thread_that_needs_a_moment_is_an_hour_late"] {
        assert!(said.lines().any(|l| l.contains(name) && l.ends_with("ok")), "no {name}: {said}");
    }
}

#[test]
fn the_gate_stops_at_a_task_that_nobody_owns_and_says_what_to_use() {
    let (out, said) = gate(&outside("outside-detached", DETACHED));
    assert!(!out.status.success(), "{said}");
    assert!(said.contains("a drop does not reach it: JoinSet"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn the_copy_cuts_where_the_kit_cuts() {
    let (mut ours, mut copied) = (vec![], vec![]);
    let work = async || {
        for _ in 0..3 {
            sleep(labkit::ms(5)).await;
        }
    };
    let points = labkit::sweep(async |cuts| {
        ours.push((cuts.planned(), cuts.polls(work()).await.is_some()));
    });
    let points = points.await;
    let copy = cancel_sweep::sweep(async |cuts| {
        copied.push((Some(cuts.planned()), cuts.polls(work()).await.is_some()));
    });
    assert_eq!((points, copy.await), (3, 3));
    assert_eq!(ours, copied);
}
