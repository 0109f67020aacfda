//! The program on its command line.

use super::labs;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A command of it, on the labs in that folder.
pub fn program(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    command.args(&args[..1]).arg("--labs").arg(folder.path()).args(&args[1..]);
    command
}

/// How it ends, what it prints and what it complains of, with the fixture for its only lab.
pub fn say(args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(&labs(&["fixture"]), args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}
