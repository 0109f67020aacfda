//! The programs of *Cancellation in Rust in ten minutes* print what that page says they print.

use std::{collections::BTreeSet, ffi::OsStr, fs, path::Path, process::Command};

#[test]
fn every_program_of_the_page_prints_what_stands_beneath_it() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for name in names(&examples, "rs") {
        // The command the page gives, in the folder it is given for.
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--example", &name]).current_dir(examples.join("../../.."));
        let ran = cargo.output().unwrap();
        let printed = String::from_utf8(ran.stdout).unwrap();
        let wanted = fs::read_to_string(examples.join(format!("{name}.txt"))).unwrap();
        assert_eq!(printed, wanted, "{name}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn the_page_shows_every_program_with_what_it_prints_and_its_command() {
    let kit = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(kit.join("../../book/src/ten-minutes.md")).unwrap();
    let examples = kit.join("examples");
    let programs = names(&examples, "rs");
    assert_eq!(programs, names(&examples, "txt"));
    for name in programs {
        for part in [
            format!("/{name}.rs:all}}}}"),
            format!("/{name}.txt}}}}"),
            format!("--example {name}\n"),
        ] {
            assert!(page.contains(&part), "{part}");
        }
    }
}

fn names(folder: &Path, extension: &str) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let named = files.filter(|path| path.extension() == Some(OsStr::new(extension)));
    named.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}
