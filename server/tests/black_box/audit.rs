//! `still-running audit`, as a person or a build calls it.

use std::process::{Command, Output};
use tempfile::TempDir;

fn audit(args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    let Output { status, stdout, stderr } = command.arg("audit").args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn audit_runs_where_there_is_no_book_and_its_exit_code_says_what_it_found() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap();
    let (code, _, err) = audit(&[path]);
    assert!(code == Some(2) && err.contains("there is no Rust source"), "{err}");
    std::fs::write(folder.path().join("a.rs"), "async fn f() {}\n").unwrap();
    assert_eq!(audit(&["--no-types", path]).0, Some(0));
    let asleep = "async fn f() {\n    std::thread::sleep(PAUSE);\n}\n";
    std::fs::write(folder.path().join("a.rs"), asleep).unwrap();
    let (code, out, _) = audit(&[path]);
    assert_eq!(code, Some(11), "{out}");
    for wanted in [
        "likely[blocks-the-runtime]",
        "a.rs:2:5",
        "run deaf-sleeper buggy",
        "there is no Cargo.toml",
    ] {
        assert!(out.contains(wanted), "{out}");
    }
}

#[test]
fn help_names_audit_and_its_own_help_the_exit_codes_and_how_to_allow() {
    let help = Command::new(env!("CARGO_BIN_EXE_still-running")).arg("--help").output().unwrap();
    assert!(String::from_utf8(help.stdout).unwrap().contains("  audit "));
    let (code, out, _) = audit(&["--help"]);
    for wanted in ["--no-types", "--baseline <FILE>", "--sarif", "Exit codes: 0", "allow(rule)"] {
        assert!(code == Some(0) && out.contains(wanted), "{wanted}: {out}");
    }
}

#[test]
fn audit_speaks_json_and_sarif_and_fails_for_what_is_new_alone() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let asleep = "async fn f() {\n    std::thread::sleep(PAUSE);\n}\n";
    std::fs::write(path("a.rs"), asleep).unwrap();
    let root = path("");
    for (form, key) in [("--json", "findings"), ("--sarif", "runs")] {
        let (code, out, _) = audit(&[&root, "--no-types", form]);
        let value: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert!(code == Some(11) && value[key].is_array(), "{out}");
    }
    let known = path("known.json");
    assert_eq!(audit(&[&root, "--no-types", "--baseline", &known]).0, Some(2));
    assert_eq!(audit(&[&root, "--no-types", "--write-baseline", &known]).0, Some(0));
    assert_eq!(audit(&[&root, "--no-types", "--baseline", &known]).0, Some(0));
    std::fs::write(path("a.rs"), format!("{asleep}async fn g() {{ std::thread::sleep(A); }}"))
        .unwrap();
    let (code, out, _) = audit(&[&root, "--no-types", "--baseline", &known]);
    assert!(code == Some(11) && out.contains("1 in the baseline"), "{out}");
}
