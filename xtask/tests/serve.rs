//! `cargo xtask serve` finds what cargo built wherever it was told to put it, and hands itself over to the server.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

/// A program that does no more than its script says.
fn script(path: &Path, says: &str) {
    fs::write(path, format!("#!/bin/sh\n{says}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A repository of nothing but what `serve` looks at.
fn repository(root: &Path) {
    let folders =
        ["labs/own", "book/recordings/own", "xtask", "target/book", "server/client/node_modules"];
    for folder in folders {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::write(root.join("labs/own/lab.rs"), "").unwrap();
    fs::write(root.join("book/recordings/own/describe.json"), "{}").unwrap();
    fs::write(root.join("server/client/package-lock.json"), "{}").unwrap();
}

/// The server that `cargo xtask serve` became: its number, and all it was told.
fn served(folder: &Path) -> (u32, String) {
    let programs = folder.join("builds/debug");
    let mut xtask = Command::new(programs.join("xtask"));
    xtask.args(["serve", "--addr", "127.0.0.1:0"]);
    xtask.env("CARGO_MANIFEST_DIR", folder.join("repository/xtask"));
    xtask.env("CARGO", folder.join("cargo")).env("PATH", folder);
    let serving = xtask.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let pid = serving.id();
    (pid, String::from_utf8(serving.wait_with_output().unwrap().stdout).unwrap())
}

/// A repository with a lab, and programs that were built from it elsewhere.
fn built() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (root, programs) = (folder.path().join("repository"), folder.path().join("builds/debug"));
    repository(&root);
    fs::create_dir_all(&programs).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_xtask"), programs.join("xtask")).unwrap();
    script(&programs.join("mdbook-still-running"), "exit 0");
    script(&programs.join("still-running"), "echo $$ $*");
    script(&programs.join("own"), "exit 0");
    // It knows where builds go, and notes what else it is asked for.
    let target = folder.path().join("builds");
    let asked = format!(
        "case $1 in metadata) echo '{{\"target_directory\": {target:?}}}';; *) echo $* >> $0.said;; esac"
    );
    script(&folder.path().join("cargo"), &asked);
    folder
}

#[test]
fn a_signal_to_xtask_is_the_servers_wherever_it_was_built() {
    let folder = built();
    let (pid, said) = served(folder.path());
    let wanted = format!("{pid} serve --addr 127.0.0.1:0\n");
    assert_eq!(said, wanted, "the server is the very process that was started");
}

#[test]
fn where_labs_are_not_built_yet_the_book_is_served_before_them() {
    let folder = built();
    let (lab, told) = (folder.path().join("builds/debug/own"), folder.path().join("cargo.said"));
    fs::remove_file(&lab).unwrap();
    let (pid, said) = served(folder.path());
    assert_eq!(said, format!("{pid} serve --build --addr 127.0.0.1:0\n"));
    let asked = fs::read_to_string(&told).unwrap();
    assert!(asked.contains("--bin still-running --bin mdbook-still-running"), "{asked}");

    // The book asks each lab what it is; one that no recording tells of must be built first.
    let description = "repository/book/recordings/own/describe.json";
    fs::remove_file(folder.path().join(description)).unwrap();
    let (pid, said) = served(folder.path());
    assert_eq!(said, format!("{pid} serve --addr 127.0.0.1:0\n"));
}
