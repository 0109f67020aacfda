//! `cargo xtask serve` finds what cargo built wherever it was told to put it, and hands itself over to the server.

use super::{asked, built, xtask};
use std::{fs, path::Path};

/// The server that `cargo xtask serve` became: its number, and all it was told.
fn served(folder: &Path) -> (u32, String) {
    let serving = xtask(folder, &["serve", "--addr", "127.0.0.1:0"]).spawn().unwrap();
    let pid = serving.id();
    (pid, String::from_utf8(serving.wait_with_output().unwrap().stdout).unwrap())
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
    fs::remove_file(folder.path().join("builds/debug/own")).unwrap();
    let (pid, said) = served(folder.path());
    assert_eq!(said, format!("{pid} serve --build --addr 127.0.0.1:0\n"));
    let asked = asked(folder.path());
    assert!(asked.contains("--bin still-running --bin mdbook-still-running"), "{asked}");

    // The book asks each lab what it is; one that no recording tells of must be built first.
    let description = "repository/book/recordings/own/describe.json";
    fs::remove_file(folder.path().join(description)).unwrap();
    let (pid, said) = served(folder.path());
    assert_eq!(said, format!("{pid} serve --addr 127.0.0.1:0\n"));
}
