use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// A checkout of one lab, which is a shell script, so that each test can say what it does; with this program built in it.
pub struct Checkout(TempDir);

pub const SLUG: &str = "lost-line";

impl Checkout {
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let checkout = Self(folder);
        checkout.write("book.toml", "");
        checkout.write(
            "Cargo.lock",
            &format!("version = 4\n\n[[package]]\nname = \"{SLUG}\"\nversion = \"0.1.0\"\n"),
        );
        for file in ["Cargo.toml", "lab.rs", "buggy.rs", "fixed.rs", "mine.rs"] {
            checkout.write(&format!("labs/{SLUG}/{file}"), "");
        }
        // A link, by another process: a file that this one had open for writing could not be run while a test forks.
        fs::create_dir_all(checkout.path("target/debug")).unwrap();
        let linked = Command::new("ln")
            .arg(env!("CARGO_BIN_EXE_still-running"))
            .arg(checkout.path("target/debug/still-running"))
            .status();
        assert!(linked.unwrap().success());
        checkout
    }

    pub fn path(&self, file: &str) -> std::path::PathBuf {
        self.0.path().join(file)
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
    }

    /// What the built lab is from now on: it describes itself so, and does as the script says, whose `$1` is the variant.
    pub fn lab(&self, description: &str, script: &str) {
        self.write(
            "target/script",
            &format!("#!/bin/sh\n[ \"$1\" != --describe ] || exec cat <<'JSON'\n{description}\nJSON\n{script}\n"),
        );
        self.install(Path::new("target/script"));
    }

    fn install(&self, script: &Path) {
        let lab = format!("target/debug/{SLUG}");
        let mut install = Command::new("install");
        install.args(["-m", "755"]).arg(script).arg(lab).current_dir(self.0.path());
        assert!(install.status().unwrap().success());
    }

    /// Runs the program in it: exit code, standard output, standard error.
    pub fn say(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut program = Command::new(self.path("target/debug/still-running"));
        let Output { status, stdout, stderr } =
            program.args(args).current_dir(self.0.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (status.code(), text(stdout), text(stderr))
    }
}
