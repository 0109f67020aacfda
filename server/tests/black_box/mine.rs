//! The reader's own variant: edited, built from a checkout, run, and harmless to the rest when it does not compile.

use crate::support::{Answer, Server, request};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};
use still_running_protocol::{Exit, Level};
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

/// A checkout with one small lab, and a server built from it, into that folder.
fn checkout(target: &str) -> (TempDir, Server) {
    let folder = workspace(LAB, "pub fn run() {}\n", target);
    write_mine(folder.path(), r#"pub fn run() { println!("my own") }"#);
    let server = serve(folder.path(), target);
    (folder, server)
}

/// A checkout of such a lab and of this program, built.
pub fn workspace(source: &str, buggy: &str, target: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (root, lab) = (folder.path(), folder.path().join("labs/own"));
    fs::create_dir_all(&lab).unwrap();
    fs::write(root.join("book.toml"), "").unwrap();
    fs::write(root.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"labs/own\"]\n")
        .unwrap();
    let manifest = "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2024\"\nautobins = false\n\
                    [features]\nmine = []\n[[bin]]\nname = \"own\"\npath = \"lab.rs\"\n";
    fs::write(lab.join("Cargo.toml"), manifest).unwrap();
    fs::write(lab.join("lab.rs"), source).unwrap();
    fs::write(lab.join("buggy.rs"), format!("//! The cause.\n{buggy}")).unwrap();
    write_mine(root, buggy);
    let mut build = cargo(root);
    build.args(["build", "--quiet"]).env("CARGO_TARGET_DIR", root.join(target));
    assert!(build.status().unwrap().success());
    let program = root.join(target).join("debug/still-running");
    fs::copy(env!("CARGO_BIN_EXE_still-running"), &program).unwrap();
    folder
}

pub fn serve(root: &Path, target: &str) -> Server {
    let mut command = Command::new(root.join(target).join("debug/still-running"));
    command
        .args(["serve", "--addr", "127.0.0.1:0"])
        .current_dir(root)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS");
    Server::from(command)
}

pub fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    cargo
}

pub fn write_mine(root: &Path, code: &str) {
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
    let (folder, server) = checkout("target");
    assert_eq!(server.ask("GET /api/labs").await.json()["mine"], true);
    let (out, exit) = run(&server, "mine").await;
    assert!(out.contains("Compiling") && out.ends_with("my own\n"), "{out}");
    assert_eq!(exit.code, Some(0));

    write_mine(folder.path(), "pub fn run() {");
    let (out, exit) = run(&server, "mine").await;
    assert!(out.contains("mine.rs"), "{out}");
    assert_eq!((exit.code, exit.verdict), (Some(101), None));
    let first = &exit.problems[0];
    assert_eq!((first.file.as_str(), first.line), ("labs/own/mine.rs", 1));
    let (out, exit) = run(&server, "buggy").await;
    assert_eq!((out.as_str(), exit.code), ("ran Some(\"buggy\")\n", Some(10)));
}

#[tokio::test]
async fn my_own_variant_is_found_where_cargo_was_told_to_put_the_rest() {
    let (folder, server) = checkout("elsewhere/for builds");
    let (out, exit) = run(&server, "mine").await;
    assert!(out.ends_with("my own\n"), "{out}");
    assert_eq!(exit.code, Some(0));
    assert!(!folder.path().join("target").exists(), "nothing was built a second time");
}

#[tokio::test]
async fn what_the_compiler_says_comes_with_its_place() {
    let (folder, server) = checkout("target");
    write_mine(folder.path(), "pub fn run() {\n    let n: u32 = \"é\"; drop(n)\n}\n");
    let (out, exit) = run(&server, "mine").await;
    assert!(out.contains("mismatched types") && !out.contains("{\"reason\""), "{out}");
    let [problem] = exit.problems.as_slice() else { panic!("{:?}", exit.problems) };
    assert_eq!((problem.level, problem.line, problem.end_line), (Level::Error, 2, 2));
    assert_eq!((problem.column, problem.end_column), (18, 21), "in characters");
    assert_eq!(problem.code.as_deref(), Some("E0308"));
    assert!(problem.label.as_deref().unwrap().contains("expected `u32`"));

    write_mine(folder.path(), "pub fn run() {\n    let n = 1;\n}\n");
    let (_, exit) = run(&server, "mine").await;
    assert_eq!(exit.code, Some(0));
    assert_eq!((exit.problems[0].level, exit.problems[0].line), (Level::Warning, 2));
}

const MINE: &str = "/api/labs/own/mine";

async fn put(server: &Server, head: &[(&str, &str)], text: &str, version: &str) -> Answer {
    let host = server.addr.to_string();
    let mut all = vec![("host", host.as_str()), ("content-type", "application/json")];
    all.extend(head);
    let body = json!({ "text": text, "version": version }).to_string();
    request(server.addr, &format!("PUT {MINE}"), &all, body.as_bytes()).await
}

async fn stands(server: &Server) -> Value {
    let answer = server.ask(&format!("GET {MINE}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn two_tabs_and_an_editor_outside_lose_nothing() {
    let (folder, server) = checkout("target");
    let read = || fs::read_to_string(folder.path().join("labs/own/mine.rs")).unwrap();
    let opened = stands(&server).await;
    assert_eq!(opened["text"], r#"pub fn run() { println!("my own") }"#);
    assert_eq!(opened["start"], "//! Yours: start from the bug.\npub fn run() {}\n");
    let version = opened["version"].as_str().unwrap();

    let first = put(&server, &[], "// tab one", version).await;
    assert_eq!((first.status, read().as_str()), (200, "// tab one"));
    let second = put(&server, &[], "// tab two", version).await;
    assert_eq!((second.status, read().as_str()), (409, "// tab one"));
    assert_eq!(second.json()["stands"]["text"], "// tab one");

    let version = first.json()["version"].clone();
    write_mine(folder.path(), "// an editor outside");
    let third = put(&server, &[], "// tab one again", version.as_str().unwrap()).await;
    assert_eq!((third.status, read().as_str()), (409, "// an editor outside"));
    let version = third.json()["stands"]["version"].clone();
    let over = put(&server, &[], "// over it, knowingly", version.as_str().unwrap()).await;
    assert_eq!((over.status, read().as_str()), (200, "// over it, knowingly"));
    assert_eq!(server.ask("GET /api/labs/..%2fown/mine").await.status, 404);
}

#[tokio::test]
async fn nobody_else_reads_or_writes_my_own_file() {
    let (_folder, server) = checkout("target");
    let version = stands(&server).await["version"].as_str().unwrap().to_owned();
    for head in [("origin", "http://evil.example"), ("x-forwarded-for", "10.0.0.1")] {
        assert_eq!(put(&server, &[head], "// theirs", &version).await.status, 403, "{head:?}");
    }
    let large = put(&server, &[], &"x".repeat((64 << 10) + 1), &version).await;
    assert_eq!((large.status, large.json()["error"].as_str()), (413, Some("mine-too-large")));
    assert_eq!(stands(&server).await["version"], version.as_str());
    assert_eq!(server.ask("GET /api/labs/other/mine").await.status, 404);
    let bare = Server::start(&[]);
    assert_eq!(bare.ask("GET /api/labs/fixture/mine").await.status, 403, "there is no checkout");
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_a_save_leaves_the_old_or_the_new_file() {
    let (folder, mut server) = checkout("target");
    let texts = ["a", "b"].map(|letter| letter.repeat(60 << 10));
    for round in 0..12 {
        let mut version = stands(&server).await["version"].as_str().unwrap().to_owned();
        for text in texts.iter().cycle().take(round) {
            let saved = put(&server, &[], text, &version).await;
            assert_eq!(saved.status, 200, "{}", saved.text());
            version = saved.json()["version"].as_str().unwrap().to_owned();
        }
        // The next one is on its way when the server is killed, each time a little farther.
        let text = &texts[round % 2];
        let (addr, host) = (server.addr, server.addr.to_string());
        let body = json!({ "text": text, "version": version }).to_string();
        let saving = tokio::spawn(async move {
            let head = [("host", host.as_str()), ("content-type", "application/json")];
            request(addr, &format!("PUT {MINE}"), &head, body.as_bytes()).await.status
        });
        for _ in 0..round * 8 {
            tokio::task::yield_now().await;
        }
        server.signal("KILL");
        server.wait();
        drop(saving.await);
        let found = fs::read_to_string(folder.path().join("labs/own/mine.rs")).unwrap();
        let whole = texts.contains(&found) || found == r#"pub fn run() { println!("my own") }"#;
        assert!(whole, "{} bytes", found.len());
        server = serve(folder.path(), "target");
    }
}
