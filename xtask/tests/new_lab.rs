//! Each kind of lab that `cargo xtask new-lab` makes runs, shows what it should, and builds into the book; what is left to
//! do is only its author's to write. In a copy of the repository, which is removed with all that was made.
#![cfg(unix)]

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

const MADE: [(&str, &str, &str); 3] = [
    ("slow-snail", "async", "tasks"),
    ("silent-snail", "http", "http"),
    ("many-snails", "cases", "production"),
];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn target() -> PathBuf {
    let programs = Path::new(env!("CARGO_BIN_EXE_xtask")).parent().unwrap();
    programs.parent().unwrap().to_owned()
}

fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {}{stderr}", String::from_utf8_lossy(&stdout));
    String::from_utf8(stdout).unwrap()
}

/// A copy of all that is in the repository. It lends its programs to nobody; what they are built from is shared with the
/// checkout, so that only the new labs are compiled.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let listed = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
        let files = said(Command::new("git").args(listed).current_dir(here()));
        for file in files.split_terminator('\0').filter(|file| here().join(file).is_file()) {
            copy(&here().join(file), &folder.path().join(file));
        }
        Self(folder)
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([command, "--quiet", "--offline"]).current_dir(self.root());
        cargo.env("CARGO_TARGET_DIR", self.root().join("target"));
        cargo.env("CARGO_BUILD_BUILD_DIR", target());
        cargo
    }

    /// What is made stands as `cargo fmt` would have it.
    fn rustfmt(&self) -> Command {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.args(["--check", "--edition", "2024"]).current_dir(self.root());
        rustfmt.args(MADE.map(|(slug, ..)| format!("labs/{slug}/lab.rs")));
        rustfmt
    }

    fn make(&self, (slug, kind, part): (&str, &str, &str)) {
        let title = format!("What {slug} shows");
        let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
        xtask.args(["new-lab", slug, kind, "--part", part, "--title", &title, "--section", "2.3"]);
        said(xtask.env("CARGO_MANIFEST_DIR", self.root().join("xtask")));
        let summary = fs::read_to_string(self.root().join("book/src/SUMMARY.md")).unwrap();
        let line = format!("- [{title}]({part}/{slug}.md)\n");
        assert!(summary.contains(&line), "{line} is not in {summary}");
        if let Ok(index) =
            fs::read_to_string(self.root().join("book/src").join(part).join("index.md"))
        {
            assert!(index.contains(&format!("[`{slug}`]({slug}.md)")), "{slug} is not in {index}");
        }
    }
}

impl Drop for Copy {
    /// What was built of the new labs lies in the checkout's target.
    fn drop(&mut self) {
        let mut clean = self.cargo("clean");
        MADE.iter().for_each(|(slug, ..)| _ = clean.args(["--package", slug]));
        drop(clean.status());
    }
}

/// With its time: a file that is younger than what was built from it is built again.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
    let written = fs::metadata(from).unwrap().modified().unwrap();
    File::options().append(true).open(to).unwrap().set_modified(written).unwrap();
}

/// Programs of the checkout, as it is now. Two labs, so that all they share with new ones is built here and not in the copy.
fn built() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet"]).current_dir(here()).env("CARGO_TARGET_DIR", target());
    for program in ["still-running", "mdbook-still-running", "lost-line", "unseen-disconnect"] {
        cargo.args(["--bin", program]);
    }
    said(&mut cargo);
    target().join("debug")
}

#[test]
fn each_kind_of_new_lab_runs_and_wants_only_its_author() {
    let (programs, copy) = (built(), Copy::new());
    MADE.iter().for_each(|made| copy.make(*made));
    let bins = MADE.iter().flat_map(|(slug, ..)| ["--bin", slug]);
    said(copy.cargo("build").args(bins));
    said(&mut copy.rustfmt());

    let server = || {
        let mut server = Command::new(programs.join("still-running"));
        server.current_dir(copy.root()).arg("check");
        server
    };
    let labs = copy.root().join("target/debug");
    let checked = said(server().args(["--grid", "--labs"]).arg(&labs));
    assert_eq!(checked.matches("runs right  ok").count(), MADE.len(), "{checked}");
    said(server().args(["many-snails", "--knob", "case=second", "--labs"]).arg(&labs));

    let mut book = Command::new(programs.join("mdbook-still-running"));
    let wrong = book.arg("check").current_dir(copy.root()).output().unwrap();
    let wrong = String::from_utf8_lossy(&wrong.stderr).into_owned();
    let problems: Vec<&str> = wrong.lines().skip(1).collect();
    assert!(problems.len() > 3, "{wrong}");
    for problem in problems {
        assert!(problem.contains("is to be written"), "{problem}\n{wrong}");
    }
}
