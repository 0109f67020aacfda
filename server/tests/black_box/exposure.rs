//! Serving others is a decision, and then a code lets them in.

use crate::support::{Answer, Server, labs, request};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

const CODE: &str = "deep-water";

fn open_server() -> Server {
    Server::start(&["--allow-remote", "--join-code", CODE])
}

async fn ask(server: &Server, line: &str, head: &[(&str, &str)]) -> Answer {
    let host = server.addr.to_string();
    let head = [&[("host", host.as_str())], head].concat();
    request(server.addr, line, &head, b"").await
}

/// The cookie of one who typed the right code.
async fn join(server: &Server) -> String {
    let answer = ask(server, "GET /join?code=Deep+Water&to=%2Ftasks%2Fx.html", &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/tasks/x.html")));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn without_the_code_no_route_tells_or_does_anything() {
    let server = open_server();
    for line in [
        "GET /",
        "GET /still-running.json",
        "GET /metrics",
        "GET /api/labs",
        "POST /api/runs",
        "GET /api/runs/0123",
        "DELETE /api/runs/0123",
        "GET /api/runs/0123/socket",
        "GET /api/nothing",
        "PUT /x",
    ] {
        let answer = ask(&server, line, &[("accept", "*/*")]).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (401, Some("join-first")),
            "{line}"
        );
    }
    let page = ask(&server, "GET /a/b.html", &[("accept", "text/html,*/*")]).await;
    assert_eq!((page.status, page.header("location")), (303, Some("/join?to=%2Fa%2Fb%2Ehtml")));
    assert_eq!(ask(&server, "GET /healthz", &[]).await.text(), "ok\n");
}

#[tokio::test]
async fn who_typed_the_code_may_read_and_run() {
    let server = open_server();
    let cookie = join(&server).await;
    let joined = [("cookie", cookie.as_str())];
    assert_eq!(ask(&server, "GET /api/labs", &joined).await.status, 200);
    let host = server.addr.to_string();
    let head = [("host", host.as_str()), ("content-type", "application/json"), joined[0]];
    let body = |variant: &str| json!({ "lab": "fixture", "variant": variant }).to_string();
    let run = request(server.addr, "POST /api/runs", &head, body("buggy").as_bytes()).await;
    assert_eq!(run.status, 201);
    let mine = request(server.addr, "POST /api/runs", &head, body("mine").as_bytes()).await;
    assert_eq!((mine.status, mine.json()["error"].as_str()), (403, Some("mine-not-here")));
    assert_eq!(ask(&server, "GET /api/labs", &joined).await.json()["mine"], false);
    let foreign = [joined[0], ("origin", "http://evil.example")];
    assert_eq!(ask(&server, "GET /api/labs", &foreign).await.status, 403, "a code is no origin");
}

#[tokio::test]
async fn programs_may_send_the_code_itself() {
    let server = open_server();
    let right = [("authorization", "Bearer deep-water")];
    assert!(ask(&server, "GET /metrics", &right).await.text().contains("still_running_runs"));
    assert_eq!(ask(&server, "GET /metrics", &[("authorization", "Bearer x")]).await.status, 401);
}

#[tokio::test]
async fn codes_cannot_be_tried_one_after_the_other() {
    let server = open_server();
    let mut tried = vec![];
    for i in 0..15 {
        tried.push(ask(&server, &format!("GET /join?code=wrong{i}"), &[]).await.status);
        let bearer = format!("Bearer wrong-{i}");
        tried.push(ask(&server, "GET /metrics", &[("authorization", &bearer)]).await.status);
    }
    let refused = tried.iter().position(|status| *status == 429).expect("there is a limit");
    assert!(
        (10..=20).contains(&refused) && tried[refused..].iter().all(|s| *s == 429),
        "{tried:?}"
    );
    join(&server).await; // Nobody is locked out by what others typed behind the same address.
}

#[tokio::test]
async fn a_stale_cookie_is_worth_nothing_and_costs_nothing() {
    let server = open_server();
    let old = format!("still_running_join={}", "0".repeat(64));
    for _ in 0..50 {
        assert_eq!(ask(&server, "GET /api/labs", &[("cookie", &old)]).await.status, 401);
    }
    join(&server).await;
}

#[tokio::test]
async fn the_page_where_one_joins_shows_what_was_wrong_and_nothing_foreign() {
    let server = open_server();
    let page = ask(&server, "GET /join?code=nope&to=//evil.example/%22%3E%3Cscript%3E", &[]).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("not the code") && page.text().contains("value=\"/\""));
    assert!(!page.text().contains("evil") && !page.text().contains("{said}"), "{}", page.text());
    let policy = page.header("content-security-policy").unwrap();
    for wanted in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(wanted) && !policy.contains("script-src"), "{policy}");
    }
    assert_eq!(page.header("cache-control"), Some("no-store"));
    for unread in ["/join?code=a&code=b", "/join?code=%ff"] {
        let page = ask(&server, &format!("GET {unread}"), &[]).await;
        assert!(page.text().contains("<form"), "{unread}: {}", page.text());
    }
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_code_that_is_easy_to_guess_is_refused_at_the_start() {
    for args in [&["--allow-remote", "--join-code", "abc"][..], &["--join-code", CODE]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
        let out = command.args(["serve", "--addr", "127.0.0.1:0"]).args(args).output().unwrap();
        assert_eq!(out.status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn the_start_says_what_it_means_that_others_may_come() {
    let folder = labs(&["fixture"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    command.args(["serve", "--allow-remote", "--addr", "127.0.0.1:0", "--labs"]).arg(folder.path());
    let mut server = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said: Vec<_> = lines.take(4).collect();
    let code = said[2].strip_prefix("The join code is ").unwrap();
    assert_eq!(code.len(), 9);
    assert!(said[3].contains("/join?code=") && said[3].contains(&code[..4]), "{said:?}");
    server.kill().unwrap();
    let warned = String::from_utf8(server.wait_with_output().unwrap().stderr).unwrap();
    assert!(warned.contains("may run these labs on this machine"), "{warned}");
    assert!(warned.contains("not encrypted"), "{warned}");
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may_not_do() {
    let server = open_server();
    let cookie = join(&server).await;
    let joined = ("cookie", cookie.as_str());
    let page = ("accept", "text/html");
    for (line, head) in [
        ("GET /", vec![joined]),
        ("GET /nothing.html", vec![joined]),
        ("GET /still-running.json", vec![joined]),
        ("GET /api/labs", vec![joined]),
        ("GET /api/nothing", vec![joined]),
        ("GET /api/runs/0123", vec![joined]),
        ("GET /metrics", vec![joined]),
        ("PUT /", vec![joined]),
        ("GET /api/labs", vec![joined, ("origin", "null")]),
        ("GET /api/labs", vec![]),
        ("GET /", vec![page]),
        ("GET /join", vec![]),
        ("GET /join?code=wrong", vec![]),
        ("GET /healthz", vec![]),
    ] {
        let answer = ask(&server, line, &head).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{line}: {name}");
        }
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{line}"));
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        let scripts = policy.split(';').find(|part| part.contains("script-src")).unwrap_or("");
        assert!(
            !scripts.contains("'unsafe-inline'") && !scripts.contains("'unsafe-eval'"),
            "{line}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), None, "{line}");
    }
}
