//! A class that is opened from the book, on a server that runs: by who sits at its machine, and by nobody else.

use crate::support::{
    Answer, Server,
    class::{self, vote},
    labs, request,
};
use serde_json::{Value, json};
use std::{path::Path, process::Command};
use tempfile::TempDir;

/// A server without a class; what one would be kept in lies in the folder.
fn server(folder: &Path, labs: &TempDir, options: &[&str]) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    command.args(["serve", "--addr", "127.0.0.1:0", "--labs"]).arg(labs.path()).args(options);
    command.current_dir(folder).env_remove("DATABASE_URL");
    Server::from(command)
}

async fn ask(server: &Server, line: &str, head: &[(&str, &str)], body: &Value) -> Answer {
    let host = server.addr.to_string();
    let own = [("host", host.as_str()), ("content-type", "application/json")];
    request(server.addr, line, &[&own, head].concat(), body.to_string().as_bytes()).await
}

async fn open(server: &Server) -> Answer {
    ask(server, "POST /api/classes", &[], &json!({ "name": "Tuesday" })).await
}

fn word(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn who_sits_here_opens_a_class_without_a_restart_and_is_its_teacher() {
    let (folder, labs) = (tempfile::tempdir().unwrap(), labs(&["fixture"]));
    let server = server(folder.path(), &labs, &[]);
    assert_eq!(server.ask("GET /still-running.json").await.json()["opens"], "class/open.mjs");
    let run = server.run("idle", &[]).await;
    let opened = open(&server).await;
    assert_eq!(opened.status, 201, "{}", opened.text());
    let (teacher, links) = (class::cookies(&opened), opened.json());
    let at = format!("http://{}", server.addr);
    for (link, begins) in
        [("join", "/join?code="), ("teacher", "/teach?key="), ("screen", "/teach?key=")]
    {
        assert!(links[link].as_str().unwrap().starts_with(&format!("{at}{begins}")), "{links}");
    }
    assert!(links["qr"].as_str().unwrap().contains("<svg"), "{links}");
    assert!(folder.path().join("still-running-class.sqlite").exists());

    // Whoever has no code is outside from the next request on, this machine's other browsers too; what ran goes on.
    assert_eq!(word(&ask(&server, "GET /api/labs", &[], &json!({})).await).1, "join-first");
    let inside = [("cookie", teacher.as_str())];
    let runs = ask(&server, &format!("GET /api/runs/{run}"), &inside, &json!({})).await;
    assert_eq!(runs.json()["state"]["state"], "running", "{}", runs.text());

    let (code, name) = (links["code"].as_str().unwrap(), "Tuesday");
    let joined = class::ask(server.addr, "", &format!("GET /join?code={code}"), None).await;
    let pass = class::cookies(&joined);
    let me = class::ask(server.addr, &pass, "POST /api/class/me", None).await;
    let person = format!("{pass}; {}", class::cookies(&me));
    let step = json!({ "version": 0, "step": "ask", "question": class::question() });
    let asked = class::ask(server.addr, &teacher, "POST /api/class/step", Some(&step)).await;
    assert_eq!(asked.status, 204, "{}", asked.text());
    let mut line = class::Line::open(server.addr, &person).await;
    let now = line.until(|now| now["phase"] == "ask").await;
    assert_eq!(now["name"], name);
    let voted = class::ask(server.addr, &person, "PUT /api/class/vote", Some(&vote(1, "2"))).await;
    assert_eq!(voted.status, 204, "{}", voted.text());
    // Nobody's own variant is built while others may come.
    assert_eq!(ask(&server, "GET /api/labs", &inside, &json!({})).await.json()["mine"], false);

    // Its teacher is told the links again; who came by the code is not, and opens no other.
    let again = class::ask(server.addr, &teacher, "POST /api/classes", Some(&json!({}))).await;
    assert_eq!((again.status, again.json()), (200, links));
    for (line, body) in [("POST /api/classes", json!({})), ("POST /api/class/end", json!({}))] {
        let refused = class::ask(server.addr, &person, line, Some(&body)).await;
        assert_eq!(word(&refused), (403, "teacher-only".to_owned()), "{line}");
    }
}

#[tokio::test]
async fn a_class_is_opened_by_nobody_but_who_sits_here() {
    let (folder, labs) = (tempfile::tempdir().unwrap(), labs(&["fixture"]));
    let (none, name) = (json!({}), "POST /api/classes");
    let alone = server(folder.path(), &labs, &[]);
    let tricks: [(&[(&str, &str)], &str); 6] = [
        (&[("origin", "http://evil.example")], "foreign-origin"),
        (&[("origin", "null")], "foreign-origin"),
        (&[("sec-fetch-site", "cross-site")], "foreign-origin"),
        (&[("x-forwarded-for", "10.0.0.1")], "class-not-here"),
        (&[("forwarded", "for=10.0.0.1")], "class-not-here"),
        (&[("via", "1.1 proxy")], "class-not-here"),
    ];
    for (head, refused) in tricks {
        assert_eq!(
            word(&ask(&alone, name, head, &none).await),
            (403, refused.to_owned()),
            "{head:?}"
        );
    }
    let named = [("host", "class.example"), ("content-type", "application/json")];
    let foreign = request(alone.addr, name, &named, b"{}").await;
    assert_eq!(word(&foreign), (403, "foreign-host".to_owned()));
    let host = alone.addr.to_string();
    let form = [("host", host.as_str()), ("content-type", "text/plain")];
    assert_eq!(
        request(alone.addr, name, &form, b"{}").await.status,
        415,
        "as a form of another site can"
    );
    let long = ask(&alone, name, &[], &json!({ "name": "x".repeat(81) })).await;
    assert_eq!(word(&long), (422, "bad-name".to_owned()));

    let named = server(folder.path(), &labs, &["--allow-host", "class.example"]);
    assert_eq!(
        word(&ask(&named, name, &[], &none).await).1,
        "class-not-here",
        "a proxy is in front"
    );
    assert!(named.ask("GET /still-running.json").await.json()["opens"].is_null());

    let shared = server(folder.path(), &labs, &["--allow-remote", "--join-code", "deep-water"]);
    let joined = ask(&shared, "GET /join?code=deep-water", &[], &none).await;
    let (cookie, none_of_it) = (class::cookies(&joined), "still-running-class.sqlite");
    let refused = ask(&shared, name, &[("cookie", &cookie)], &none).await;
    assert_eq!(word(&refused), (403, "class-not-here".to_owned()), "they came by the code");
    let told = ask(&shared, "GET /still-running.json", &[("cookie", &cookie)], &none).await.json();
    assert!(told["opens"].is_null() && told["class"].is_null(), "{told}");
    assert!(!folder.path().join(none_of_it).exists(), "none of them opened one");
}

#[tokio::test]
async fn two_who_open_at_once_get_one_class_and_a_restart_goes_on_with_it() {
    let (folder, labs) = (tempfile::tempdir().unwrap(), labs(&["fixture"]));
    let (code, teacher) = {
        let server = server(folder.path(), &labs, &[]);
        let (one, two) = tokio::join!(open(&server), open(&server));
        // The one that came later may have found the door shut already.
        let opened: Vec<_> = [one, two].into_iter().filter(|a| a.status == 201).collect();
        assert!(!opened.is_empty());
        let codes: Vec<_> = opened.iter().map(|answer| answer.json()["code"].clone()).collect();
        assert!(codes.iter().all(|code| *code == codes[0]), "{codes:?}");
        assert_eq!(opened[0].json()["others"], false);
        let command = opened[0].json()["command"].as_str().unwrap().to_owned();
        assert!(command.contains("--class --allow-remote --addr 0.0.0.0:"), "{command}");
        (codes[0].clone(), class::cookies(&opened[0]))
    };
    let server = server(folder.path(), &labs, &["--class"]);
    let links = class::ask(server.addr, &teacher, "POST /api/classes", Some(&json!({}))).await;
    assert_eq!((links.status, &links.json()["code"]), (200, &code), "{}", links.text());
}

#[tokio::test]
async fn a_class_that_cannot_be_kept_is_not_opened_and_the_sentence_says_what_to_do() {
    let (folder, labs) = (tempfile::tempdir().unwrap(), labs(&["fixture"]));
    std::fs::write(folder.path().join("still-running-class.sqlite"), "no class".repeat(200))
        .unwrap();
    let server = server(folder.path(), &labs, &[]);
    let refused = open(&server).await;
    assert_eq!(word(&refused), (503, "class-not-opened".to_owned()));
    let said = refused.json()["message"].as_str().unwrap().to_owned();
    assert!(said.contains("is damaged") && said.contains("What to do: "), "{said}");
    assert_eq!(server.ask("GET /api/labs").await.status, 200, "the server is as it was");
    // Mended, it opens without a restart.
    std::fs::remove_file(folder.path().join("still-running-class.sqlite")).unwrap();
    assert_eq!(open(&server).await.status, 201);
}
