//! Is the reader's own variant a fix? At the command line, over HTTP, and each time it is saved.

use crate::{
    mine::{serve, write_mine},
    support::{Seen, Server, eventually, seconds, signal},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};
use still_running_protocol::{Exit, Finding, Point, ToClient};
use tempfile::TempDir;

/// A lab with one knob and one wrong fix, which fails at one of its three points. Yours gives the exit code.
const LAB: &str = r##"
#[cfg(feature = "mine")]
mod mine;
const ABOUT: &str = r#"{"version":1,"slug":"own","title":"t","crates":[],"article":[],"clock":"paused",
    "variants":["buggy","fixed"],"wrong":["wrong-slow"],"needs":[],"knobs":[{"name":"tick","help":"How often.",
    "type":"number","unit":"ms","min":5,"max":500,"default":35,"grid":[5,60]}]}"#;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let tick = || args[3].parse::<u64>().unwrap();
    let code = match args[1].as_str() {
        "--describe" => return println!("{}", ABOUT.replace('\n', "")),
        "fixed" => 0,
        "wrong-slow" => if tick() == 60 { 10 } else { 0 },
        #[cfg(feature = "mine")]
        "mine" => mine::run(tick()),
        _ => 10,
    };
    let event = |kind: &str| println!("\x1b]7744;{{\"seq\":1,\"at\":1,\"lane\":\"lab\",{kind}}}\x1b\\");
    match code {
        0 => event(r#""kind":"verdict","verdict":"held","why":"1 check held, 3 cancels survived""#),
        10 => event(r#""kind":"check","what":"rows","want":"3","got":"0","ok":false"#),
        _ => event(r#""kind":"verdict","verdict":"unexercised","why":"nothing was cancelled""#),
    }
    std::process::exit(code)
}
"##;

fn checkout() -> TempDir {
    let folder = crate::mine::workspace(LAB, "pub fn run(_: u64) -> i32 { 10 }\n", "target");
    fs::create_dir_all(folder.path().join("labs/own/wrong")).unwrap();
    let wrong = "//! Slow is\n//! smooth.\npub fn run(tick: u64) -> i32 { if tick == 60 { 10 } else { 0 } }\n";
    fs::write(folder.path().join("labs/own/wrong/slow.rs"), wrong).unwrap();
    folder
}

fn program(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(root.join("target/debug/still-running"));
    command.args(args).current_dir(root).env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    command
}

fn check(folder: &TempDir, mine: &str) -> (Option<i32>, String) {
    write_mine(folder.path(), mine);
    let said = program(folder.path(), &["check", "own", "--mine"]).output().unwrap();
    (said.status.code(), String::from_utf8_lossy(&said.stdout).into_owned())
}

#[test]
fn yours_is_a_fix_where_it_held_at_every_point_and_else_the_first_that_fails_is_told() {
    let folder = checkout();
    let (code, said) = check(&folder, "pub fn run(_: u64) -> i32 { 0 }");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.ends_with("own mine: held at all 3 points, 9 cancels survived\n"), "{said}");

    let (code, said) = check(&folder, "pub fn run(t: u64) -> i32 { if t > 50 { 10 } else { 0 } }");
    assert_eq!(code, Some(10), "{said}");
    for told in [
        "own mine: violated at point 3 of 3, tick = 60 ms\n  rows: 3 was wanted, 0 was got.",
        "like a fix that is known to be none (wrong/slow.rs): Slow is smooth.\n",
        "To see it again: still-running run own mine --tick 60",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }

    let (code, said) = check(&folder, "//! Hello.\npub fn run(_: u64) -> i32 { 10 }");
    assert_eq!(code, Some(10));
    assert!(said.contains("point 1 of 3, all knobs at their defaults"), "{said}");
    assert!(said.contains("Nothing in it has been changed yet"), "{said}");
}

#[test]
fn yours_is_no_fix_where_nothing_is_at_stake_any_more_or_where_it_crashes() {
    let folder = checkout();
    let (code, said) = check(&folder, "pub fn run(t: u64) -> i32 { if t == 5 { 11 } else { 0 } }");
    assert_eq!(code, Some(11), "{said}");
    assert!(said.contains("nothing was at stake at point 2 of 3, tick = 5 ms"), "{said}");

    let (code, said) = check(&folder, "pub fn run(_: u64) -> i32 { panic!(\"no bytes\") }");
    assert_eq!(code, Some(10), "{said}");
    assert!(said.contains("no verdict at point 1 of 3") && said.contains("no bytes"), "{said}");
}

#[test]
fn one_that_hangs_is_waited_for_once() {
    let folder = checkout();
    write_mine(folder.path(), "pub fn run(_: u64) -> i32 { loop { std::thread::park() } }");
    let ask = ["check", "own", "--mine", "--run-time", "2", "--jobs", "1"];
    let said = program(folder.path(), &ask).output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(10), "{text}");
    assert!(text.contains("it was still running after 2 s"), "{text}");
    assert_eq!(text.matches("of 3  ").count(), 1, "{text}");
}

#[test]
fn a_file_that_does_not_compile_is_told_by_its_line_and_by_a_code_of_its_own() {
    let folder = checkout();
    let (code, said) = check(&folder, "pub fn run(_: u64) -> i32 {\n    true\n}\n");
    assert_eq!(code, Some(20), "{said}");
    assert_eq!(said, "Your file does not compile, line 2: mismatched types\n");
    let help = program(folder.path(), &["check", "--help"]).output().unwrap();
    assert!(String::from_utf8_lossy(&help.stdout).contains("20, your file does not compile"));
}

async fn start(server: &Server) -> String {
    let host = server.addr.to_string();
    let head = [("host", host.as_str())];
    let line = "POST /api/labs/own/mine/check";
    let created = crate::support::request(server.addr, line, &head, b"").await;
    assert_eq!(created.status, 201, "{}", created.text());
    created.json()["id"].as_str().unwrap().to_owned()
}

/// All that a check says over its socket.
async fn watch(server: &Server, id: &str) -> (Vec<Point>, Exit) {
    let (mut viewer, mut points) = (server.watch(id).await, vec![]);
    loop {
        match viewer.read().await {
            Seen::Control(ToClient::Point(point)) => points.push(point),
            Seen::Control(ToClient::Exit(exit)) => return (points, exit),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_check_from_the_page_tells_each_point_and_what_it_found() {
    let folder = checkout();
    let server = serve(folder.path(), "target");
    write_mine(folder.path(), "pub fn run(t: u64) -> i32 { if t > 50 { 10 } else { 0 } }");
    let (points, exit) = watch(&server, &start(&server).await).await;
    let last = points.last().unwrap();
    assert_eq!((last.done, last.of), (3, 3));
    let Finding { words, query, alike, .. } = *exit.finding.unwrap();
    assert_eq!(words, "violated at point 3 of 3, tick = 60 ms");
    assert_eq!(query.as_deref(), Some("own.tick=60"));
    assert!(alike.unwrap().contains("wrong/slow.rs"));

    write_mine(folder.path(), "pub fn run(_: u64) -> i32 { true }");
    let (_, exit) = watch(&server, &start(&server).await).await;
    assert!(exit.finding.is_none() && exit.problems[0].line == 1, "{exit:?}");

    let bare = Server::start(&[]);
    let refused = bare.ask("POST /api/labs/fixture/mine/check").await;
    assert_eq!(refused.status, 403, "there is no checkout");
}

#[tokio::test]
async fn a_check_that_is_stopped_leaves_no_process() {
    let folder = checkout();
    let server = serve(folder.path(), "target");
    let own = folder.path().join("target/debug/mine/own");
    write_mine(folder.path(), "pub fn run(_: u64) -> i32 { loop { std::thread::park() } }");
    let id = start(&server).await;
    let _viewer = server.watch(&id).await;
    eventually("it runs", seconds(60), async || alive(&own) > 0).await;
    assert_eq!(server.ask(&format!("DELETE /api/runs/{id}")).await.status, 204);
    assert_eq!(alive(&own), 0);
}

fn alive(program: &Path) -> usize {
    let listed = Command::new("pgrep").arg("-f").arg(program).output().unwrap();
    String::from_utf8_lossy(&listed.stdout).lines().count()
}

/// What a program prints, line by line.
fn lines(child: &mut Child) -> Receiver<String> {
    let (out, (told, lines)) = (child.stdout.take().unwrap(), channel());
    thread::spawn(move || {
        BufReader::new(out).lines().map_while(Result::ok).all(|line| told.send(line).is_ok())
    });
    lines
}

fn wait_for(lines: &Receiver<String>, wanted: &str) {
    while !lines.recv_timeout(seconds(120)).expect(wanted).contains(wanted) {}
}

#[test]
fn a_watched_file_is_run_whenever_it_is_saved_and_ctrl_c_leaves_nothing() {
    let folder = checkout();
    let mut watching =
        program(folder.path(), &["watch", "own"]).stdout(Stdio::piped()).spawn().unwrap();
    let said = lines(&mut watching);
    wait_for(&said, "own mine: violated");
    write_mine(folder.path(), "pub fn run(_: u64) -> i32 { 0 } // mended");
    wait_for(&said, "own mine: held");
    write_mine(folder.path(), "pub fn run(_: u64) -> i32 { }");
    wait_for(&said, "Your file does not compile, line 1");
    write_mine(folder.path(), "pub fn run(_: u64) -> i32 { loop { std::thread::park() } }");
    let own = folder.path().join("target/debug/mine/own");
    let mut waited = 0;
    while alive(&own) == 0 && waited < 600 {
        thread::sleep(seconds(1) / 10);
        waited += 1;
    }
    signal("INT", watching.id());
    assert_eq!((watching.wait().unwrap().code(), alive(&own)), (Some(130), 0));
}
