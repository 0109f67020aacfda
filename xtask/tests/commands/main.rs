//! What `cargo xtask` starts: in a repository with one lab, whose cargo and programs do no more than note what they were asked.
#![cfg(unix)]

mod serve;
mod site;

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

/// `cargo xtask` there, with nothing on its path but what `folder` has.
fn xtask(folder: &Path, args: &[&str]) -> Command {
    let mut xtask = Command::new(folder.join("builds/debug/xtask"));
    xtask.args(args).env("CARGO_MANIFEST_DIR", folder.join("repository/xtask"));
    xtask.env("CARGO", folder.join("cargo")).env("PATH", folder);
    xtask.stdout(Stdio::piped()).stderr(Stdio::piped());
    xtask
}

/// What its cargo was asked to build.
fn asked(folder: &Path) -> String {
    fs::read_to_string(folder.join("cargo.said")).unwrap()
}
