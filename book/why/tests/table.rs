//! What stands in `errors.toml` is true of the libraries in Cargo.lock and of this book, and leads where it should.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use still_running_why::Table;

fn table() -> Table {
    Table::ours().unwrap()
}

/// The labs that the first message found leads to; a dash and its id where it has none.
fn leads(pasted: &str) -> String {
    let table = table();
    let Some(message) = table.find(pasted).first().copied() else { return "nothing".into() };
    let labs: Vec<_> = message.causes.iter().flat_map(|c| &c.labs).map(String::as_str).collect();
    if labs.is_empty() { format!("- {}", message.id) } else { labs.join(" ") }
}

#[test]
fn what_people_paste_leads_to_the_right_chapter() {
    for (pasted, lab) in [
        (
            "error sending request for url (http://10.1.2.3:8080/prices?x=1): client error (SendRequest): connection closed before message completed",
            "stale-keepalive",
        ),
        ("hyper::Error(IncompleteMessage)", "stale-keepalive"),
        (
            "Os { code: 104, kind: ConnectionReset, message: \"Connection reset by peer\" }",
            "stale-keepalive",
        ),
        (
            "reqwest::Error { kind: Request, url: \"http://x/\", source: hyper::Error(User(DispatchGone)) }",
            "after-closing-time",
        ),
        (
            "thread 'tests::b' panicked: dispatch task is gone: runtime dropped the dispatch task",
            "after-closing-time",
        ),
        ("Error: pool timed out while waiting for an open connection", "orphan-query"),
        ("Err(PoolTimedOut)", "orphan-query"),
        (
            "Response was of incompatible type: \"Response status not valid boolean\" (response was status(\"PONG\"))",
            "swapped-reply",
        ),
        ("redis GET returns PONG", "swapped-reply"),
        ("FATAL: sorry, too many clients already", "cancel-that-arrives"),
        ("canceling statement due to user request (57014)", "orphan-query late-cancel"),
        (
            "error returned from database: current transaction is aborted, commands ignored until end of transaction block",
            "vanished-inserts",
        ),
        ("status: Cancelled, message: \"Timeout expired\", details: []", "detached-handler"),
        ("code: 'The operation was cancelled', message: \"Timeout expired\"", "detached-handler"),
        ("task 42 was cancelled", "immortal-task"),
        ("JoinError::Cancelled(Id(7))", "immortal-task"),
        ("deadline has elapsed", "immortal-task"),
        ("channel lagged by 17", "silent-feed"),
        ("Err(Lagged(3))", "silent-feed"),
        ("GoAway(b\"too_many_internal_resets\", ENHANCE_YOUR_CALM, Library)", "shared-fate"),
        ("error decoding response body: operation timed out", "uncovered-phase"),
        ("`async fn` resumed after completion", "lost-line"),
        (
            "there is no reactor running, must be called from the context of a Tokio 1.x runtime",
            "after-closing-time",
        ),
        (
            "StopSignal SIGTERM failed to stop container web in 10 seconds, resorting to SIGKILL",
            "wont-exit",
        ),
        ("tokio select lost data", "lost-line"),
        ("second Ctrl-C does nothing", "wont-exit"),
        ("try_join! other futures dropped on error", "half-a-join"),
        ("is a tokio Mutex poisoned when a task is aborted?", "broken-invariant"),
        ("watch stops", "silent-feed"),
        ("tokio mutex deadlock in select", "futurelock"),
        ("FuturesUnordered hangs", "futurelock"),
        ("in_flight gauge only rises", "stuck-gauge"),
        ("slow requests missing in the log", "stuck-gauge"),
        ("max requests in-flight; poll_ready must be called first", "leaky-limit"),
        ("tokio semaphore permit dropped on timeout", "leaky-limit"),
        ("commit timeout did it commit", "ambiguous-commit"),
        ("sqlx pool does not recover after outage", "dead-link"),
        ("SqliteError { code: 5, message: \"database is locked\" }", "ambiguous-commit"),
        ("accept: Too many open files (os error 24)", "half-goodbye stalled-body"),
        ("tokio interval ticks in a burst", "deaf-sleeper"),
        ("Os { code: 28, kind: StorageFull, message: \"No space left on device\" }", "empty-file"),
        ("tokio fs write_all file empty", "empty-file"),
        ("force_flush hangs in tokio test", "stuck-at-the-door"),
        ("CLOSE_WAIT piles up", "unseen-disconnect"),
        ("every call timeout until restart", "half-dead-connection"),
    ] {
        assert!(
            leads(pasted).split(' ').next().unwrap() == lab.split(' ').next().unwrap()
                && leads(pasted).starts_with(lab),
            "{pasted:?} leads to {}",
            leads(pasted)
        );
    }
}

/// A message of `public_issues.toml`.
#[derive(serde::Deserialize)]
struct Pasted {
    issue: String,
    text: String,
    sample: u8,
    then: String,
    leads: String,
}

#[derive(serde::Deserialize)]
struct PublicIssues {
    message: Vec<Pasted>,
}

#[test]
fn messages_of_public_issues_lead_where_they_should_and_the_page_says_how_many_did_before() {
    let text = include_str!("public_issues.toml");
    let all = toml::from_str::<PublicIssues>(text).unwrap().message;
    let table = table();
    for pasted in &all {
        let found = table.find(&pasted.text).first().copied();
        let lab = found.and_then(|m| m.causes.iter().flat_map(|c| &c.labs).next());
        let leads = [found.map(|m| m.id.as_str()), lab.map(String::as_str)];
        let right = match &*pasted.leads {
            "nothing" => found.is_none(),
            lead => leads.contains(&Some(lead)),
        };
        assert!(right, "{}: {:?} leads to {leads:?}", pasted.issue, pasted.text);
    }
    let page = include_str!("../../src/errors.md");
    for sample in [1, 2] {
        let then = |what: &str| {
            all.iter().filter(|p| p.sample == sample && (what.is_empty() || p.then == what)).count()
        };
        let said = format!(
            "| {} | {} | {} | {} |",
            then(""),
            then("right"),
            then("nothing"),
            then("misled")
        );
        assert!(page.contains(&said), "the page does not say: {said}");
    }
}

#[test]
fn what_is_not_known_leads_nowhere() {
    for pasted in [
        "thread 'main' panicked at src/main.rs:4:5: called `Option::unwrap()` on a `None` value",
        "error[E0382]: borrow of moved value: `x`",
        "no such table: users",
        "failed to lookup address information: Name or service not known",
        "invalid peer certificate: UnknownIssuer",
        "connection refused (os error 111)",
        "404 Not Found",
    ] {
        assert_eq!(leads(pasted), "nothing", "{pasted:?}");
    }
}

#[test]
fn a_message_is_found_by_each_of_its_texts() {
    let table = table();
    for message in &table.messages {
        for text in &message.texts {
            let pasted =
                format!("12:04:11 WARN pay{{id=7}}: {}\n", text.text.replace('*', "some 7"));
            let found = table.find(&pasted);
            assert!(
                found.iter().any(|m| m.id == message.id),
                "{:?} does not find {}",
                text.text,
                message.id
            );
        }
    }
}

#[test]
fn every_message_names_labs_that_exist_and_says_what_it_does_not_mean() {
    let labs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../labs");
    let mut ids = std::collections::BTreeSet::new();
    for message in &table().messages {
        assert!(ids.insert(message.id.clone()), "two entries are called {}", message.id);
        assert!(!message.not.is_empty() && !message.causes.is_empty(), "{}", message.id);
        assert!(!message.texts.is_empty() || !message.signs.is_empty(), "{}", message.id);
        for lab in message.causes.iter().flat_map(|c| &c.labs) {
            assert!(labs.join(lab).join("lab.rs").is_file(), "{}: no lab {lab}", message.id);
        }
    }
}

/// An update that changes a text is seen here: the text is looked for in the source of the version in Cargo.lock.
#[test]
fn every_text_stands_in_the_source_of_the_library_that_prints_it() {
    let packages = packages();
    let mut missing = vec![];
    for message in &table().messages {
        for text in &message.texts {
            match (&*text.from, &*text.outside) {
                ("", "") => missing.push(format!("{:?}: who prints it?", text.text)),
                ("", _) => {}
                (from, _) => {
                    let source =
                        packages.get(from).unwrap_or_else(|| panic!("{from} is in Cargo.lock"));
                    if !stands(source, &text.text) {
                        missing.push(format!("{:?} is not in {from} ({})", text.text, message.id));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The folders of all packages in Cargo.lock, by name.
fn packages() -> BTreeMap<String, PathBuf> {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let said = String::from_utf8(rustc.stdout).unwrap();
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let out = Command::new(env!("CARGO"))
        // For this platform only: the packages of others are locked, and not fetched.
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            host,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said: Value = serde_json::from_slice(&out.stdout).unwrap();
    let package = |p: &Value| {
        let manifest = Path::new(p["manifest_path"].as_str().unwrap()).to_owned();
        (p["name"].as_str().unwrap().to_owned(), manifest.parent().unwrap().to_owned())
    };
    said["packages"].as_array().unwrap().iter().map(package).collect()
}

/// Whether one file of a package has every piece of a text, in order.
fn stands(package: &Path, text: &str) -> bool {
    let pieces: Vec<&str> = text
        .split(['*', '(', ')', '{', '}', ':'])
        .map(str::trim)
        .filter(|piece| piece.len() > 2)
        .collect();
    let has = |source: &str| {
        let mut rest = source;
        pieces.iter().all(|piece| match rest.find(piece) {
            Some(at) => {
                rest = &rest[at + piece.len()..];
                true
            }
            None => false,
        })
    };
    files(package).iter().filter_map(|file| fs::read_to_string(file).ok()).any(|s| has(&s))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![];
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            all.extend(files(&entry));
        } else if entry.extension().is_some_and(|e| e == "rs") {
            all.push(entry);
        }
    }
    all
}
