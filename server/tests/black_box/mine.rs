//! The reader's own variant: built from a checkout, run, and harmless to the rest when it does not compile.

use crate::support::Server;
use serde_json::json;
use std::{fs, path::Path, process::Command};
use still_running_protocol::Exit;
use tempfile::TempDir;

const LAB: &str = r##"
#[cfg(feature = "mine")]
mod mine;
fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("--describe") => println!("{}", r#"{"version":1,"slug":"own","title":"t","crates":[],"article":[],"clock":"real","variants":["buggy","fixed"],"knobs":[],"needs":[]}"#),
        #[cfg(feature = "mine")]
        Some("mine") => mine::run(),
        other => { println!("ran {other:?}"); std::process::exit(10) }
    }
}
"##;

/// A checkout with one small lab, and a server built from it.
fn checkout() -> (TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let (root, lab) = (folder.path(), folder.path().join("labs/own"));
    fs::create_dir_all(&lab).unwrap();
    fs::write(root.join("book.toml"), "").unwrap();
    fs::write(root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"labs/own\"]\n")
        .unwrap();
    let manifest = "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2024\"\nautobins = false\n\
                    [features]\nmine = []\n[[bin]]\nname = \"own\"\npath = \"lab.rs\"\n";
    fs::write(lab.join("Cargo.toml"), manifest).unwrap();
    fs::write(lab.join("lab.rs"), LAB).unwrap();
    write_mine(root, r#"pub fn run() { println!("my own") }"#);
    assert!(cargo(root).args(["build", "--quiet"]).status().unwrap().success());
    let program = root.join("target/debug/still-running");
    fs::copy(env!("CARGO_BIN_EXE_still-running"), &program).unwrap();
    let mut command = Command::new(program);
    command
        .args(["serve", "--addr", "127.0.0.1:0"])
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS");
    (folder, Server::from(command))
}

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    cargo
}

fn write_mine(root: &Path, code: &str) {
    fs::write(root.join("labs/own/mine.rs"), code).unwrap();
}

async fn run(server: &Server, variant: &str) -> (String, Exit) {
    let created = server.post(&json!({ "lab": "own", "variant": variant })).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let (bytes, exit) = server.watch(&id).await.read_to_end().await;
    (String::from_utf8_lossy(&bytes).into_owned(), exit)
}

#[tokio::test]
async fn my_own_variant_is_built_and_run_and_an_error_in_it_leaves_the_lab_as_it_was() {
    let (folder, server) = checkout();
    assert_eq!(server.ask("GET /api/labs").await.json()["mine"], true);
    let (out, exit) = run(&server, "mine").await;
    assert!(out.contains("Compiling") && out.ends_with("my own\n"), "{out}");
    assert_eq!(exit.code, Some(0));

    write_mine(folder.path(), "pub fn run() {");
    let (out, exit) = run(&server, "mine").await;
    assert!(out.contains("mine.rs"), "{out}");
    assert_eq!((exit.code, exit.verdict), (Some(101), None));
    let (out, exit) = run(&server, "buggy").await;
    assert_eq!((out.as_str(), exit.code), ("ran Some(\"buggy\")\n", Some(10)));
}
