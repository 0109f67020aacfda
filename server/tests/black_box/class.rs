//! The class from outside: links, roles, restarts, and what is refused.

use crate::support::{
    Server,
    class::{Class, vote},
};
use labkit_postgres::Cluster;
use serde_json::{Value, json};
use std::{
    process::Command,
    time::{Duration, Instant},
};

#[tokio::test]
async fn a_class_prints_its_links_and_after_a_kill_all_are_who_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    assert!(class.said.contains("class.sqlite") && class.said.contains("█"), "{}", class.said);
    let (person, teacher) = (class.person().await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    class.line(&person).await.until(|now| now["phase"] == "ask").await;
    let voted = class.ask(&person, "PUT /api/class/vote", Some(&vote(1, "2"))).await;
    assert_eq!(voted.status, 204, "{}", voted.text());
    let me = class.ask(&person, "POST /api/class/me", None).await.json();
    let (code, key) = (class.code.clone(), class.teacher.clone());
    class.kill();

    let class = Class::open(folder.path(), &["--join-code", "another-code"]);
    assert_eq!((&class.code, &class.teacher), (&code, &key));
    let again = class.ask(&person, "POST /api/class/me", None).await;
    assert_eq!((again.status, again.json()), (200, me));
    let now = class.line(&person).await.until(|_| true).await;
    assert_eq!((&now["phase"], &now["answered"]), (&"ask".into(), &1.into()));
    class.step(&teacher, 1, "close").await;
}

#[tokio::test]
async fn no_participant_gets_a_byte_of_the_votes_before_the_reveal() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (one, two, teacher) = (class.person().await, class.person().await, class.teach().await);
    let (mut line, mut all) = (class.line(&one).await, class.line(&teacher).await);
    class.step(&teacher, 0, "ask").await;
    line.until(|now| now["phase"] == "ask").await;
    for person in [&one, &two] {
        assert_eq!(class.ask(person, "PUT /api/class/vote", Some(&vote(1, "2"))).await.status, 204);
    }
    let seen = all.until(|now| now["answered"] == 2).await;
    assert_eq!(seen["tally"]["rounds"][0]["by"], json!({ "2": 2 }), "the teacher may look");
    class.step(&teacher, 1, "discuss").await;
    loop {
        let bytes = line.next().await.unwrap();
        let now: Value = serde_json::from_str(&bytes).unwrap();
        assert!(
            !bytes.contains("\"by\"") && !bytes.contains("right") && now["result"].is_null(),
            "{bytes}"
        );
        if now["phase"] == "discuss" {
            break;
        }
    }
    let home = class.ask(&one, "GET /api/class/home", None).await.json();
    assert!(
        home["questions"][0]["room"].is_null() && home["questions"][0]["right"].is_null(),
        "{home}"
    );
    class.step(&teacher, 2, "reveal").await;
    let shown = line.until(|now| now["phase"] == "reveal").await;
    assert_eq!(shown["result"]["rounds"][0]["by"], json!({ "2": 2 }));
}

#[tokio::test]
async fn only_who_has_the_teachers_link_teaches_and_any_browser_with_it_takes_over() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let person = class.person().await;
    for line in [
        "POST /api/class/step",
        "POST /api/class/end",
        "POST /api/class/delete",
        "GET /api/class/sums",
        "GET /api/class/sums.csv",
    ] {
        let body = json!({ "version": 0, "step": "close" });
        let answer = class.ask(&person, line, Some(&body)).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (403, Some("teacher-only")),
            "{line}"
        );
    }
    let guessed = format!("still_running_teacher={}", "0".repeat(64));
    let guessed = class.ask(&format!("{person}; {guessed}"), "POST /api/class/end", None).await;
    assert_eq!(guessed.status, 403);
    for key in ["", "x", &class.teacher[1..], &"0".repeat(64)] {
        let answer = class.ask("", &format!("GET /teach?key={key}"), None).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{key}");
    }
    let (first, second) = (class.teach().await, class.teach().await);
    class.step(&first, 0, "ask").await;
    class.step(&second, 1, "reveal").await;
    let me = class.ask(&second, "POST /api/class/me", None).await.json();
    assert_eq!(me, json!({ "teacher": true }), "a teacher is nobody who votes");
    assert_eq!(class.ask(&second, "POST /api/class/end", None).await.status, 204);
    let csv = class.ask(&first, "GET /api/class/sums.csv", None).await;
    assert!(csv.text().starts_with("page,question,round"), "{}", csv.text());
}

#[tokio::test]
async fn what_does_not_fit_the_class_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (person, pass, teacher) = (class.person().await, class.pass().await, class.teach().await);
    let cases = [
        (&person, "PUT /api/class/vote", vote(1, "1"), 409, "not-open"),
        (&pass, "PUT /api/class/vote", vote(1, "1"), 401, "not-in-class"),
        (&person, "PUT /api/class/vote", json!({ "question": 1 }), 422, "bad-body"),
        (
            &person,
            "PUT /api/class/mark",
            json!({ "page": "../x", "state": "stuck" }),
            422,
            "bad-page",
        ),
        (&person, "PUT /api/class/mark", json!({ "page": "x", "state": "lost" }), 422, "bad-body"),
        (
            &pass,
            "PUT /api/class/mark",
            json!({ "page": "x", "state": "done" }),
            401,
            "not-in-class",
        ),
        (&pass, "POST /api/class/alias", json!({}), 401, "not-in-class"),
        (&pass, "GET /api/class/home", json!({}), 401, "not-in-class"),
        (
            &teacher,
            "POST /api/class/step",
            json!({ "version": 0, "step": "close" }),
            409,
            "wrong-phase",
        ),
        (&teacher, "POST /api/class/step", json!({ "version": 7, "step": "close" }), 409, "stale"),
        (
            &teacher,
            "POST /api/class/step",
            json!({ "version": 0, "step": "ask" }),
            422,
            "bad-question",
        ),
        (
            &teacher,
            "POST /api/class/step",
            json!({ "version": 0, "step": "dance" }),
            422,
            "bad-body",
        ),
    ];
    for (who, line, body, status, word) in cases {
        let answer = class.ask(who, line, Some(&body)).await;
        let said = answer.json();
        assert_eq!((answer.status, said["error"].as_str()), (status, Some(word)), "{line} {body}");
        let sentence = said["message"].as_str().unwrap();
        assert!(sentence.len() > 20 && sentence.ends_with(['.', 'n', 's']), "{sentence}");
    }
    let outside = class.ask("", "POST /api/class/me", None).await;
    assert_eq!((outside.status, outside.json()["error"].as_str()), (401, Some("join-first")));
}

#[tokio::test]
async fn wrong_codes_of_one_lock_out_nobody_else_behind_the_same_address() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let mut last = 0;
    for i in 0..60 {
        last = class.ask("", &format!("GET /join?code=wrong-code-{i}"), None).await.status;
    }
    assert_eq!(last, 429, "the prankster is told to wait");
    class.person().await;
}

#[tokio::test]
async fn one_who_runs_in_a_loop_holds_up_nobody_else_of_the_class() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &["--runs", "1"]);
    let (greedy, other) = (class.person().await, class.person().await);
    let run = json!({ "lab": "fixture", "variant": "buggy", "knobs": { "case": "idle" } });
    for _ in 0..20 {
        assert_eq!(class.ask(&greedy, "POST /api/runs", Some(&run)).await.status, 201);
    }
    let started = class.ask(&other, "POST /api/runs", Some(&run)).await.json();
    let id = started["id"].as_str().unwrap();
    let info = class.ask(&other, &format!("GET /api/runs/{id}"), None).await.json();
    assert_eq!(info["state"]["place"], 1, "behind the one that runs, before nineteen: {info}");
}

#[tokio::test]
async fn where_there_is_no_class_nothing_of_it_shows() {
    let server = Server::start(&[]);
    assert!(server.ask("GET /still-running.json").await.json()["class"].is_null());
    for line in ["GET /class/class.mjs", "GET /class/screen.html", "GET /teach?key=x"] {
        assert_eq!(server.ask(line).await.status, 404, "{line}");
    }
    assert_eq!(server.ask("POST /api/class/me").await.status, 404);
}

#[tokio::test]
async fn a_proxy_is_believed_about_addresses_only_where_that_was_asked_for() {
    for (options, refused) in
        [(&["--sockets", "1"][..], true), (&["--sockets", "1", "--trust-forwarded"], false)]
    {
        let folder = tempfile::tempdir().unwrap();
        let class = Class::open(folder.path(), options);
        let person = class.person().await;
        let _first = class.line(&person).await;
        let host = class.addr.to_string();
        let head = [
            ("host", host.as_str()),
            ("cookie", &person),
            ("x-forwarded-for", "10.1.2.3"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        // A connection may say `connection` twice; the helper says `close`.
        let head = [&head[..], &[("connection", "upgrade")]].concat();
        let status = crate::support::status(class.addr, "GET /api/class/socket", &head).await;
        assert_eq!(status == 429, refused, "{options:?}: {status}");
    }
}

#[tokio::test]
async fn two_servers_on_one_postgresql_agree_within_a_second() {
    if labkit_postgres::find().is_none() {
        eprintln!("there is no PostgreSQL here: sharing a class is not tested");
        return;
    }
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_still-running"));
    keeper.arg(labkit_postgres::KEEPER_ARG);
    let (cluster, folder) = (Cluster::start(keeper).unwrap(), tempfile::tempdir().unwrap());
    let (one, two) =
        (Class::share(folder.path(), cluster.url()), Class::share(folder.path(), cluster.url()));
    assert_eq!((&one.code, &one.teacher), (&two.code, &two.teacher), "it is one class");
    let (here, there, teacher) = (one.person().await, two.person().await, one.teach().await);
    let mut lines = [one.line(&here).await, two.line(&there).await];
    one.step(&teacher, 0, "ask").await;
    for line in &mut lines {
        line.until(|now| now["phase"] == "ask").await;
    }
    let start = Instant::now();
    // Whoever joined at one server votes at the other.
    for (server, person) in [(&two, &here), (&one, &there)] {
        let voted = server.ask(person, "PUT /api/class/vote", Some(&vote(1, "2"))).await;
        assert_eq!(voted.status, 204, "{}", voted.text());
    }
    for line in &mut lines {
        line.until(|now| now["answered"] == 2).await;
    }
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    two.step(&teacher, 1, "reveal").await;
    for line in &mut lines {
        let now = line.until(|now| now["phase"] == "reveal").await;
        assert_eq!(now["result"]["rounds"][0]["by"], json!({ "2": 2 }));
    }
}
