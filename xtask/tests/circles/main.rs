//! No circle among the files of a crate: what a file needs can be read without reading the file that needs it.
//!
//! What counts as an import: each path in the source, in a `use`, inline, in an attribute or within a macro's tokens.
//! It points to the file that holds what it names: a `use` on the way is followed. What does not count: `mod leaf;` and
//! `pub use leaf::Leaf;` by themselves (signposts), tests within a file (`#[cfg(test)]`), and methods, which have no
//! path. The variants of a lab and its `lab.rs` are written in view of each other (`use crate::*`), and are left out.

mod graph;
mod imports;
mod tree;

use std::{path::Path, process::Command};
use tree::Crate;

/// Each crate root of the workspace: libraries, programs, tests, benches. Labs are no such.
fn crates() -> Vec<Crate> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace");
    let mut metadata = Command::new(env!("CARGO"));
    metadata
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root);
    let said = metadata.output().expect("cargo runs").stdout;
    let said: serde_json::Value = serde_json::from_slice(&said).expect("cargo metadata is JSON");
    let targets = said["packages"].as_array().expect("packages").iter().flat_map(|package| {
        package["targets"].as_array().expect("targets").iter().map(|target| &target["src_path"])
    });
    let mut roots: Vec<_> =
        targets.map(|path| Path::new(path.as_str().expect("a path")).to_owned()).collect();
    roots.retain(|path| !path.ends_with("lab.rs") || !path.starts_with(root.join("labs")));
    roots.sort();
    roots.into_iter().map(|path| Crate::read(root, &path)).collect()
}

#[test]
fn no_file_of_a_crate_needs_a_file_that_needs_it() {
    let crates = crates();
    let files: usize = crates.iter().map(|one| one.files().len()).sum();
    assert!(
        crates.len() > 20 && files > 250,
        "{} crates, {files} files: is this all?",
        crates.len()
    );
    let circles: Vec<String> =
        crates.iter().flat_map(|one| graph::circles(&imports::of(one))).collect();
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), circles.join("\n"));
}

/// A crate of two files, as text: `lib.rs` declares `a` and `b`.
fn found(a: &str, b: &str) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let lib = "mod a; mod b; pub use b::Thing; pub use std::fmt::Debug as Shown;
        type Top = a::Other; fn f(a: u8) -> u8 { a }";
    for (name, text) in [("lib.rs", lib), ("a.rs", a), ("b.rs", b)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    graph::circles(&imports::of(&Crate::read(folder.path(), &folder.path().join("lib.rs")))).len()
}

#[test]
fn a_circle_is_seen_however_the_path_is_written() {
    let back = "pub struct Thing(crate::a::Other);";
    for there in [
        "use crate::b::Thing; pub struct Other;",
        "use super::{b::{self, Thing as It}}; pub struct Other;",
        "pub struct Other; fn f() -> Option<crate::Thing> { None }",
        "pub struct Other; fn f() { println!(\"{:?}\", crate::b::Thing::default()); }",
        "use super::b; pub struct Other; mod inner { use super::b::Thing; }",
        "pub struct Other; fn f() { use super::*; let x: Thing; }",
    ] {
        assert_eq!(found(there, back), 1, "{there}");
    }
}

#[test]
fn what_is_no_import_draws_no_circle() {
    let back = "pub struct Thing(crate::a::Other);";
    for there in [
        "pub struct Other; // crate::b::Thing",
        "pub struct Other; #[cfg(test)] mod tests { use crate::b::Thing; }",
        "pub struct Other; fn f(b: u8) -> u8 { b }",
        "pub struct Other; pub use super::b::Thing;",
        "use crate::Shown; pub struct Other;",
        "pub struct Other; mod b { pub struct Thing; } fn f(_: b::Thing) {}",
    ] {
        assert_eq!(found(there, back), 0, "{there}");
    }
}
