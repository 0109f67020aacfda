//! `cargo xtask check`: what must always hold of the sources. Each failure names the file and the command that repairs it.

mod diff;
mod runs;
mod shape;

use crate::{
    client,
    sh::{build, built, cargo, command, root, run, step},
};
use anyhow::Result;

pub fn check() -> Result<()> {
    step("Format (repair: cargo fmt --all)", || run(cargo(&["fmt", "--all", "--check"])))?;
    step("Lints", || {
        run(cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    step("Build", build)?;
    step("The shape of labs and chapters", shape)?;
    step("Runs: buggy violates, fixed holds, over the knob grid too", runs::runs)?;
    step("Recordings", || run(command(built("mdbook-still-running"), &["check-recordings"])))
}

/// What can be told without running a lab.
pub fn shape() -> Result<()> {
    shape::labs()?;
    run(command(built("mdbook-still-running"), &["check"]))?;
    client::check(root())
}

/// The slugs of all labs.
pub fn labs() -> Result<Vec<String>> {
    let name = |dir: &std::path::PathBuf| {
        dir.file_name().expect("a folder has a name").to_string_lossy().into_owned()
    };
    Ok(shape::folders()?.iter().map(name).collect())
}
