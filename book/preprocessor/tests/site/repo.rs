//! A repository of one lab and its chapter, in a folder of its own.

use labkit_wire::{Event, Kind, Values, Verdict, encode};
use mdbook_still_running::{catalog::Catalog, check, site};
use std::{fs, process::Command};
use still_running_view::recording::{Header, Recording, Term};
use tempfile::TempDir;

const BUGGY: &str = "//! It dies.\nuse crate::*;\nasync fn next() {\n    read().await;\n}\n";
const FIXED: &str = "//! It lives.\nuse crate::*;\nasync fn next() {\n    keep(read()).await;\n}\n";
pub const DESCRIBE: &str = r#"{"version":1,"slug":"lost-line","title":"A line is lost","crates":["tokio"],"article":[],
  "clock":"paused","variants":["buggy","fixed"],"needs":[],"knobs":[
  {"name":"tick","help":"How often.","type":"number","unit":"ms","min":5,"max":500,"default":35,"grid":[5]},
  {"name":"case","help":"Which.","type":"choice","choices":[{"value":"a","help":"The first."}],"default":"a"}]}"#;
const CHAPTER: &str = "# Lost\n\n{{#lab lost-line}}\n\n{{#code lost-line/buggy.rs}}\n\n{{#run lost-line buggy tick=35}}\n\n\
  {{#timeline lost-line buggy}}\n\n{{#knobs lost-line}}\n\n{{#predict where}}\n\nWhere is it?\n\n- [x] Gone. :: Yes.\n\
  - [ ] Not sure. :: Good.\n\n{{/predict}}\n\n{{#diff lost-line}}\n\n{{#compare lost-line}}\n";

/// A repository of one lab and its chapter.
pub struct Repo(pub TempDir);

impl Repo {
    pub fn new() -> Self {
        let repo = Self(TempDir::new().unwrap());
        repo.write(
            "book.toml",
            "[book]\ntitle = \"T\"\nsrc = \"book/src\"\n[build]\nbuild-dir = \"target/book\"\n",
        );
        repo.write("book/src/SUMMARY.md", "- [Start](start.md)\n- [Lost](tasks/lost-line.md)\n");
        repo.write(
            "book/src/start.md",
            "# Start\n\n{{#landing lost-line reader}}\n\nSee [it](tasks/lost-line.md).\n",
        );
        repo.write("book/src/tasks/lost-line.md", CHAPTER);
        repo.lab("lost-line");
        repo.write("book/recordings/lost-line/describe.json", DESCRIBE);
        repo.write("book/recordings/lost-line/buggy.cast", &cast(Verdict::Violated));
        repo.write("book/recordings/lost-line/fixed.cast", &cast(Verdict::Held));
        repo
    }

    /// A lab's folder.
    pub fn lab(&self, slug: &str) {
        let mine = BUGGY.replace("It dies", "Mine");
        for (file, text) in [
            ("Cargo.toml", "[package]\n"),
            ("lab.rs", "fn main() {}\n"),
            ("buggy.rs", BUGGY),
            ("fixed.rs", FIXED),
            ("mine.rs", &mine),
        ] {
            self.write(&format!("labs/{slug}/{file}"), text);
        }
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The head of the real book's pages.
    pub fn theme(&self) {
        self.write("book/theme/head.hbs", include_str!("../../../theme/head.hbs"));
        self.write(
            "book.toml",
            "[book]\ntitle = \"T\"\nsrc = \"book/src\"\n[output.html]\ntheme = \"book/theme\"\n",
        );
    }

    /// A shell script in place of a program. Another process writes the file: one that this process had open for writing
    /// could not be run while any other test forks.
    pub fn program(&self, path: &str, script: &str) {
        self.write("target/script", &format!("#!/bin/sh\n{script}"));
        let install = ["-D", "-m", "755", "target/script", path];
        let done = Command::new("install").args(install).current_dir(self.0.path()).status();
        assert!(done.unwrap().success());
    }

    pub fn chapter(&self, text: &str) {
        self.write(
            "book/src/tasks/lost-line.md",
            &format!("# Lost\n\n{{{{#lab lost-line}}}}\n\n{{{{#diff lost-line}}}}\n\n{text}\n"),
        );
    }

    pub fn catalog(&self) -> Catalog {
        Catalog::new(self.0.path())
    }

    pub fn build(&self) -> Result<Vec<String>, String> {
        site::build(&self.catalog(), &site::Options::default()).map_err(|e| format!("{e:#}"))
    }

    pub fn page(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join("target/book").join(path)).unwrap()
    }

    pub fn check(&self) -> Result<(), String> {
        check::check(&self.catalog()).map_err(|e| format!("{e:#}"))
    }
}

/// A recording of a run with one drop.
fn cast(verdict: Verdict) -> String {
    let kinds = [
        (0, Kind::Run { lab: "lost-line".into(), variant: "v".into(), knobs: Values::default() }),
        (0, Kind::Begin { span: 1, name: "next()".into(), point: Some(1) }),
        (35, Kind::Dropped { span: 1, polls: 2 }),
        (40, Kind::Verdict { verdict, why: String::new() }),
    ];
    let mut output = vec![];
    for (seq, (ms, kind)) in kinds.into_iter().enumerate() {
        let event = Event { seq: seq as u64, at: ms * 1000, lane: "reader".into(), kind };
        output.extend(encode(&event).unwrap());
        let lane = if seq == 2 { "peer" } else { "reader" };
        output.extend(
            format!("\x1b[2m{ms:>6} ms\x1b[0m  {lane}  \x1b[31mline {seq}\x1b[0m\n\n").bytes(),
        );
    }
    let header = Header {
        version: 3,
        term: Term { cols: 80, rows: 24 },
        timestamp: Some(0),
        title: None,
        command: None,
        still_running: None,
    };
    Recording::of(header, &output, Some(verdict.code().into())).to_string()
}
