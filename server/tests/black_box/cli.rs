//! What a person types, and what the program says to it.

use crate::support::{Server, Tag, eventually, labs, seconds};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn program(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    command.args(&args[..1]).arg("--labs").arg(folder.path()).args(&args[1..]);
    command
}

fn say(args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = program(&labs(&["fixture"]), args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn the_exit_code_of_a_run_is_the_labs() {
    let (code, out, _) = say(&["run", "fixture", "fixed", "--code", "11", "--case=events"]);
    assert_eq!(code, Some(11));
    assert!(out.starts_with("asked for events: false\n"), "{out}");
    assert_eq!(say(&["run", "fixture", "--case", "crash"]).0, Some(128 + 6));
}

fn why(args: &[&str], pasted: &[u8]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_still-running"))
        .arg("why")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(pasted).unwrap();
    let out = child.wait_with_output().unwrap();
    (out.status.code(), String::from_utf8(out.stdout).unwrap())
}

#[test]
fn a_pasted_line_leads_to_its_lab_and_an_unknown_one_to_nothing() {
    let (code, said) = why(&["hyper::Error(IncompleteMessage)"], b"");
    assert!(code == Some(0) && said.contains("lab: stale-keepalive"), "{said}");
    let log = b"12:00 INFO up\n12:01 WARN pay: pool timed out while waiting for an open connection \xff\n";
    let (code, said) = why(&[], log);
    assert!(code == Some(0) && said.contains("orphan-query"), "{said}");
    let (code, said) = why(&["it rains"], b"");
    assert!(code == Some(1) && said.starts_with("Nothing known"), "{said}");
}

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

#[test]
fn a_wrong_command_line_ends_with_2_and_a_sentence_that_names_what_is_allowed() {
    for (args, wanted) in [
        (&["run", "nope"][..], "The labs are: fixture."),
        (&["run", "fixture", "bugy"], "Its variants are: buggy, fixed, mine."),
        (&["run", "fixture", "--code", "256"], "a whole number from 0 to 255"),
        (&["run", "fixture", "--tick", "1"], "its knobs are: case, bytes, code, tag"),
        (&["run", "fixture", "--code"], "--code was given no value"),
        (&["check", "nope"], "The labs are: fixture."),
        (&["serve", "--addr", "0.0.0.0:0"], "add --allow-remote"),
        (&["serve", "--addr", "nowhere"], "such as 127.0.0.1:8008"),
        (&["serve", "--allow-host", "*"], "such as class.example"),
        (&["serve", "--allow-host", ""], "such as class.example"),
        (&["serve", "--sockets", "0"], "invalid value '0'"),
        (&["serve", "--output", "18446744073709551615"], "invalid value"),
        (&["serve", "--allow-remote", "--join-code", "123456"], "10 digits"),
        (&["list", "--labs", "/nonexistent"], "could not be listed"),
    ] {
        let args: Vec<_> = args.to_vec();
        let (code, _, err) = match args[..] {
            ["list", "--labs", folder] => {
                let out = Command::new(env!("CARGO_BIN_EXE_still-running"))
                    .args(["list", "--labs", folder])
                    .output()
                    .unwrap();
                (
                    out.status.code(),
                    String::new(),
                    String::from_utf8_lossy(&out.stderr).into_owned(),
                )
            }
            _ => say(&args),
        };
        assert_eq!(code, Some(2), "{args:?}: {err}");
        assert!(err.contains(wanted), "{args:?}: {err}");
    }
}

#[tokio::test]
async fn a_port_in_use_gets_a_sentence() {
    let server = Server::start(&[]);
    let (code, _, err) = say(&["serve", "--addr", &server.addr.to_string()]);
    assert_eq!(code, Some(1));
    assert!(err.contains("is in use") && err.contains("--addr 127.0.0.1:0"), "{err}");
}

#[tokio::test]
async fn ctrl_c_ends_the_whole_tree() {
    let (folder, tag) = (labs(&["fixture"]), Tag::new());
    let mut command =
        program(&folder, &["run", "fixture", "--case", "family", "--tag", &tag.text()]);
    let mut running = command.stdout(Stdio::null()).spawn().unwrap();
    eventually("the family is there", seconds(10), async || tag.alive() == 5).await;
    let kill = Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!((running.wait().unwrap().code(), tag.alive()), (Some(130), 0));
}

#[tokio::test]
async fn a_reader_that_leaves_ends_the_run() {
    let (folder, tag) = (labs(&["fixture"]), Tag::new());
    let mut command =
        program(&folder, &["run", "fixture", "--case", "endless", "--tag", &tag.text()]);
    let mut running = command.stdout(Stdio::piped()).spawn().unwrap();
    drop(running.stdout.take());
    assert_eq!(running.wait().unwrap().code(), Some(141));
}

#[test]
fn a_lab_that_cannot_say_what_it_is_costs_only_its_own_place() {
    let folder = labs(&["fixture", "hangs", "crashes", "mutters", "lies", "paints"]);
    std::fs::write(folder.path().join("copied"), "#!/bin/sh").unwrap();
    let out = program(&folder, &["list", "--json"]).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (listed.as_array().unwrap().len(), listed[0]["slug"].as_str()),
        (1, Some("fixture"))
    );
    let warnings = String::from_utf8_lossy(&out.stderr).into_owned();
    for (name, why) in [
        ("hangs", "no answer in 5 s"),
        ("crashes", "SIGABRT"),
        ("mutters", "cannot be read"),
        ("lies", "somebody-else"),
        ("paints", "holds a control character"),
        ("copied", "chmod +x copied"),
    ] {
        let line = warnings
            .lines()
            .find(|line| line.contains(name))
            .unwrap_or_else(|| panic!("{warnings}"));
        assert!(line.contains(why), "{line}");
    }
}

#[test]
fn labs_of_a_bundle_stand_in_the_order_that_lies_beside_them() {
    let folder = labs(&["a", "b", "c"]);
    std::fs::write(folder.path().join("order.txt"), "c\na\n").unwrap();
    let out = program(&folder, &["list", "--json"]).output().unwrap();
    let listed: Vec<serde_json::Value> = serde_json::from_slice(&out.stdout).unwrap();
    let slugs: Vec<&str> = listed.iter().filter_map(|lab| lab["slug"].as_str()).collect();
    assert_eq!(slugs, ["c", "a", "b"], "what is not named there comes last");
}

#[test]
fn what_could_not_be_printed_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let folder = labs(&["fixture"]);
    for args in [&["list"][..], &["list", "--json"], &["check"]] {
        let mut program = program(&folder, args);
        let out = program.stdout(full.try_clone().unwrap()).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains("Not all of it could be printed"), "{said}");
    }
}

#[test]
fn check_tells_a_lab_that_does_not_show_what_it_should() {
    let (code, out, _) = say(&["check", "fixture", "--times", "3"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("3 of 6") && out.contains("violated was expected, held was got"), "{out}");
    assert!(out.contains("still-running run fixture buggy"), "{out}");
    let (_, json, _) = say(&["check", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["wrong"][0]["got"], "held");
}

#[test]
fn check_turns_a_knob_in_every_run() {
    let turned = say(&["check", "fixture", "--knob", "code=10"]);
    assert!(turned.1.contains("violated was got"), "{}", turned.1);
    assert!(
        turned.1.contains("run fixture fixed") && turned.1.contains("--code 10"),
        "{}",
        turned.1
    );
    let (code, _, said) = say(&["check", "fixture", "--knob", "tick=1"]);
    assert!(code == Some(2) && said.contains("its knobs are: case, bytes, code, tag"), "{said}");
    let (code, _, said) = say(&["check", "fixture", "--knob", "tick"]);
    assert!(code == Some(2) && said.contains("such as case=mutex"), "{said}");
}

#[test]
fn check_stops_at_the_first_odd_run_and_keeps_all_it_printed() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("odd");
    let keep = ["--keep", kept.to_str().unwrap()];
    let args =
        [&["check", "fixture", "--times", "500", "--jobs", "1", "--until-odd"], &keep[..]].concat();
    let (code, out, _) = say(&args);
    assert_eq!(code, Some(1));
    assert!(out.contains("0 of 1 "), "it went on: {out}");
    let (_, printed, _) = say(&["run", "fixture", "buggy"]);
    assert_eq!(std::fs::read_to_string(kept.join("fixture-buggy-1.txt")).unwrap(), printed);
}

#[test]
fn check_begins_at_once_however_often_it_is_to_run() {
    let (code, out, _) = say(&["check", "fixture", "--times", "4294967295", "--until-odd"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("WRONG"), "{out}");
}

#[test]
fn doctor_says_what_is_here() {
    let (code, out, _) = say(&["doctor"]);
    assert_eq!(code, Some(0));
    assert!(
        out.lines().any(|line| line.starts_with("ok")
            && line.contains("labs")
            && line.contains("1 can be run")),
        "{out}"
    );
}

#[test]
fn a_recording_holds_the_text_and_the_events_by_lab_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.cast");
    let (code, _, err) =
        say(&["run", "fixture", "--case", "events", "--record", file.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{err}");
    let cast = std::fs::read_to_string(file).unwrap();
    let recording = still_running_view::recording::parse(&cast).unwrap();
    assert_eq!(
        (recording.header.version, recording.end(), recording.code),
        (3, 1_500_000, Some(0))
    );
    assert!(String::from_utf8_lossy(&recording.bytes()).contains("asked for events: true"));
}
