//! On a fresh clone the book is read while its labs are built.

use crate::{
    mine::workspace,
    support::{Server, eventually, seconds},
};
use serde_json::json;
use std::{env, fs, os::unix::fs::PermissionsExt, path::Path, process::Command};
use tempfile::TempDir;

const LAB: &str = r##"
fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("--describe") => println!("{}", r#"{"version":1,"slug":"own","title":"t","crates":[],"article":[],"clock":"real","variants":["buggy","fixed"],"knobs":[],"needs":[]}"#),
        other => { println!("ran {other:?}"); std::process::exit(10) }
    }
}
"##;

/// A checkout whose lab is not built, and a server that builds it as soon as there is a file `go`.
fn fresh(lab: &str) -> (TempDir, Server) {
    let folder = workspace(LAB, "", "target");
    let root = folder.path();
    fs::remove_dir_all(root.join("target/debug/deps")).unwrap();
    fs::remove_file(root.join("target/debug/own")).unwrap();
    fs::write(root.join("labs/own/lab.rs"), lab).unwrap();
    let cargo = root.join("bin/cargo");
    fs::create_dir(root.join("bin")).unwrap();
    let real = env::var("CARGO").unwrap();
    let waits = format!(
        "#!/bin/sh\nwhile [ ! -e {0}/go ]; do sleep 0.05; done\nexec {real} \"$@\"\n",
        root.display()
    );
    fs::write(&cargo, waits).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let server = serve(root);
    (folder, server)
}

fn serve(root: &Path) -> Server {
    let path = format!("{}:{}", root.join("bin").display(), env::var("PATH").unwrap());
    let mut command = Command::new(root.join("target/debug/still-running"));
    command.args(["serve", "--build", "--addr", "127.0.0.1:0"]).current_dir(root).env("PATH", path);
    command.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    Server::from(command)
}

#[tokio::test]
async fn a_lab_that_is_being_built_says_so_and_runs_as_soon_as_it_is_there() {
    let (folder, server) = fresh(LAB);
    let labs = server.ask("GET /api/labs").await.json();
    assert_eq!((&labs["labs"], &labs["building"]), (&json!([]), &json!(["own"])));
    let run = json!({ "lab": "own", "variant": "buggy" });
    let refused = server.post(&run).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (503, Some("not-built-yet")));
    assert!(refused.json()["message"].as_str().unwrap().contains("own is still being built"));

    fs::write(folder.path().join("go"), "").unwrap();
    eventually("it is there", seconds(120), async || server.post(&run).await.status == 201).await;
    let labs = server.ask("GET /api/labs").await.json();
    assert_eq!((labs["labs"][0]["slug"].as_str(), &labs["building"]), (Some("own"), &json!(null)));
}

#[tokio::test]
async fn a_lab_that_cannot_be_built_is_not_waited_for() {
    let (folder, server) = fresh("fn main() {");
    fs::write(folder.path().join("go"), "").unwrap();
    let run = json!({ "lab": "own", "variant": "buggy" });
    eventually("it is given up", seconds(120), async || server.post(&run).await.status == 404)
        .await;
    assert_eq!(server.ask("GET /api/labs").await.json()["building"], json!(null));
}

#[tokio::test]
async fn a_server_that_ends_ends_the_build() {
    let (folder, mut server) = fresh(LAB);
    server.signal("TERM");
    assert!(server.wait().success());
    let waiting = format!("{}/bin/cargo", folder.path().display());
    let alive = || {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let lines = processes.filter_map(|one| fs::read_to_string(one.path().join("cmdline")).ok());
        lines.filter(|line| line.contains(&waiting)).count()
    };
    eventually("its cargo is gone", seconds(2), async || alive() == 0).await;
}
