//! `cargo xtask check`: what must always hold of the sources. Each failure names the file and the command that repairs it.

use crate::{
    client, in_page,
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
    step("Runs: buggy violates, fixed holds, over the knob grid too", || {
        run(command(built("still-running")?, &["check", "--grid"]))
    })?;
    step("Recordings", || run(command(built("still-running")?, &["record", "--check"])))?;
    in_page::check()
}

/// What can be told without running a lab.
pub fn shape() -> Result<()> {
    run(command(built("mdbook-still-running")?, &["check"]))?;
    client::check(root())
}
