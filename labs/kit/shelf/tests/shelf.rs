//! A checkout, as one finds it.

use labkit_shelf::{Shelf, is_slug, recording};
use std::{fs, path::Path};

fn put(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn checkout() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for file in ["book.toml", "labs/b-lab/lab.rs", "labs/a-lab/lab.rs", "labs/kit/src/lib.rs"] {
        put(root.path(), file, "");
    }
    put(root.path(), "labs/b-lab/wrong/join.rs", "//! Tempting.\n");
    put(root.path(), "labs/b-lab/wrong/notes.txt", "");
    put(root.path(), "book/recordings/b-lab/buggy-tick-5.cast", "cast");
    root
}

#[test]
fn labs_are_the_folders_with_a_lab_in_them() {
    let root = checkout();
    let shelf = Shelf::above(&root.path().join("labs/b-lab/wrong")).unwrap();
    assert_eq!(shelf, Shelf::at(root.path()));
    assert_eq!(shelf.slugs(), ["a-lab", "b-lab"]);
    assert_eq!(shelf.folder("kit"), None);
    assert_eq!(Shelf::at(root.path().join("labs")).slugs(), Vec::<String>::new());
}

#[test]
fn wrong_fixes_are_variants_by_name_and_other_files_are_not() {
    let root = checkout();
    let shelf = Shelf::at(root.path());
    assert_eq!(shelf.folder("b-lab").unwrap().wrong().unwrap(), ["wrong-join"]);
    assert_eq!(shelf.folder("a-lab").unwrap().wrong().unwrap(), Vec::<String>::new());
}

#[test]
fn no_name_of_a_file_leads_out_of_the_folder() {
    let root = checkout();
    let lab = Shelf::at(root.path()).folder("b-lab").unwrap();
    assert_eq!(lab.source("wrong/join.rs").unwrap(), "//! Tempting.\n");
    assert_eq!(
        lab.source("../a-lab/lab.rs").unwrap_err(),
        "there is no labs/b-lab/../a-lab/lab.rs; its files are lab.rs"
    );
    assert_eq!(Shelf::at(root.path().join("labs")).folder("../labs/a-lab"), None);
    for (name, good) in
        [("lost-line", true), ("h2", true), ("-x", false), ("a/b", false), ("", false)]
    {
        assert_eq!(is_slug(name), good, "{name}");
    }
}

#[test]
fn a_recording_is_found_by_what_was_run() {
    let root = checkout();
    let lab = Shelf::at(root.path()).folder("b-lab").unwrap();
    assert_eq!(lab.cast("buggy", Some(("tick", "5"))).as_deref(), Some("cast"));
    assert_eq!(lab.cast("buggy", None), None);
    assert_eq!(recording::file("fixed", None), "fixed.cast");
}
