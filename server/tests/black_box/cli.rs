//! What a person types, and what the program says to it.

use crate::support::{Server, Tag, eventually, labs, program, say, seconds};
use std::io::Write;
use std::process::{Command, Stdio};

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
