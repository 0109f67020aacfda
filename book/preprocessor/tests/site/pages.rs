//! A small book, built and checked from outside.

use crate::repo::{DESCRIBE, Repo};
use mdbook_driver::MDBook;
use std::{fs, path::Path, process::Command};

#[test]
fn a_good_book_builds_and_every_check_holds() {
    let repo = Repo::new();
    assert_eq!(repo.check(), Ok(()));
    let notes = repo.build().unwrap();
    assert_eq!(notes.len(), 2, "without client and xterm.js, each said in a line: {notes:?}");
    let manifest: serde_json::Value =
        serde_json::from_str(&repo.page("still-running.json")).unwrap();
    assert_eq!(manifest["mode"], "live");
    assert_eq!(manifest["client"], serde_json::Value::Null);
}

#[test]
fn every_widget_says_without_javascript_what_it_shows() {
    let repo = Repo::new();
    repo.build().unwrap();
    let page = repo.page("tasks/lost-line.html");
    for (what, text) in [
        ("the strip", "sr-strip"),
        ("an await point", "data-sign=\"①\""),
        (
            "a run's place",
            "data-sr=\"run\" data-lab=\"lost-line\" data-variant=\"buggy\" data-knobs=\"{&quot;tick&quot;:35}\" id=\"lost-line--run-buggy\"",
        ),
        ("a transcript", "<span class=\"sr-fg-1\">line 2</span>"),
        ("a drop in a word", ">dropped</text>"),
        ("a finding", "next() was dropped unfinished at 35 ms"),
        ("the table", "<th scope=\"row\">35 ms</th>"),
        ("a knob", "min=\"5\" max=\"500\" step=\"1\" value=\"35\""),
        ("a choice", "<option value=\"a\" title=\"The first.\" selected="),
        ("a question", "<input type=\"radio\" name=\"lost-line--where\""),
        ("a line removed", "removed: </span>    read().await;"),
        ("the mark at its end", "data-page=\"lost-line\" id=\"lost-line--end\""),
        ("a line added", "added: </span>    keep(read()).await;"),
    ] {
        assert!(page.contains(text), "{what}: {text}");
    }
    assert!(!page.contains("{{#"), "every directive was replaced");
    assert!(
        repo.page("start.html").contains("href=\"tasks/lost-line.html\""),
        "the landing page leads on"
    );
}

#[test]
fn recordings_are_part_of_the_site() {
    let repo = Repo::new();
    repo.build().unwrap();
    assert!(repo.page("recordings/lost-line/buggy.cast").starts_with("{\"version\":3"));
}

/// What stands between two texts, the first time they are there.
pub(crate) fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(start).unwrap_or_else(|| panic!("{start} is not there"));
    rest.split_once(end).unwrap_or_else(|| panic!("{end} is not there")).0
}

#[test]
fn no_verdict_is_told_before_the_reader_opens_something() {
    let repo = Repo::new();
    repo.build().unwrap();
    let page = repo.page("tasks/lost-line.html");
    for part in [
        between(&page, "sr-strip", "</summary>"),
        between(between(&page, "data-sr=\"run\"", "</details>"), "<summary>", "</summary>"),
    ] {
        assert!(!part.contains("violated"), "{part}");
    }
    let strip = between(&page, "sr-strip", "</div>");
    assert!(strip.contains("violated"), "folded, and found by the search: {strip}");
}

#[test]
fn the_first_page_shows_the_lane_where_the_symptom_is_seen_and_nothing_of_how_it_ends() {
    let repo = Repo::new();
    repo.build().unwrap();
    let page = repo.page("start.html");
    let landing = between(&page, "data-sr=\"landing\"", "Guess why</a>");
    assert!(landing.contains(">line 1</span>"), "a line of its lane: {landing}");
    assert!(!landing.contains("line 2"), "a line of another lane: {landing}");
    for told in ["violated", "held", "dropped", "<svg"] {
        assert!(!landing.contains(told), "{told}: {landing}");
    }
}

#[test]
fn the_fix_is_folded_and_says_its_reason_once() {
    let repo = Repo::new();
    let code = "//! Why.\nfn f() {\n    // ANCHOR: a\n    A;\n    // ANCHOR_END: a\n    // ANCHOR: b\n    B;\n    // ANCHOR_END: b\n}\n";
    repo.write("labs/lost-line/buggy.rs", code);
    repo.write("labs/lost-line/fixed.rs", &code.replace("A;", "AA;").replace("B;", "BB;"));
    repo.write(
        "book/src/tasks/lost-line.md",
        "# Lost\n\n{{#lab lost-line}}\n\n{{#diff lost-line a}}\n\n{{#diff lost-line b}}\n",
    );
    repo.build().unwrap();
    let page = repo.page("tasks/lost-line.html");
    assert_eq!(page.matches("<summary>Show the fix").count(), 2);
    assert_eq!(page.matches("<details class=\"sr-fix\"").count(), 2, "folded, both");
    assert_eq!(page.matches("</code> Why.</span>").count(), 2, "once a side, not once a diff");
}

#[test]
fn what_to_type_at_the_defaults_names_no_knob() {
    let repo = Repo::new();
    repo.build().unwrap();
    let page = repo.page("tasks/lost-line.html");
    let typed = between(between(&page, "data-sr=\"knobs\"", "</html>"), "To run it: ", "</p>");
    assert!(typed.contains(">target/debug/still-running run lost-line buggy</code>"), "{typed}");
    assert!(typed.contains(">--tick 5</code>"), "an example is no default: {typed}");
}

#[test]
fn a_run_that_was_not_recorded_says_what_to_type() {
    let repo = Repo::new();
    fs::remove_dir_all(repo.0.path().join("book/recordings/lost-line")).unwrap();
    repo.write("book/recordings/lost-line/describe.json", DESCRIBE);
    repo.chapter("{{#run lost-line fixed}}");
    repo.write("book/src/start.md", "# Start\n");
    repo.build().unwrap();
    let page = repo.page("tasks/lost-line.html");
    assert!(
        page.contains("cargo xtask record lost-line")
            && page.contains("still-running run lost-line fixed")
    );
}

#[test]
fn a_page_at_any_depth_finds_what_it_loads() {
    let repo = Repo::new();
    repo.theme();
    let modules = "server/client/node_modules/@xterm";
    repo.write(
        &format!("{modules}/xterm/lib/xterm.mjs"),
        "export let a;\n//# sourceMappingURL=xterm.mjs.map",
    );
    repo.write(&format!("{modules}/xterm/css/xterm.css"), ".xterm{}");
    repo.write(&format!("{modules}/addon-fit/lib/addon-fit.mjs"), "export let b;");
    let dist = "server/client/dist";
    repo.write(
        &format!("{dist}/still_running_client.js"),
        "new URL('still_running_client_bg.wasm')",
    );
    repo.write(&format!("{dist}/still_running_client_bg.wasm"), "wasm");
    repo.write(&format!("{dist}/client.css"), ".x{}");
    assert_eq!(repo.build(), Ok(vec![]));
    let manifest: serde_json::Value =
        serde_json::from_str(&repo.page("still-running.json")).unwrap();
    let client = repo.page(manifest["client"].as_str().unwrap());
    let wasm = client.split('\'').nth(1).unwrap();
    assert!(Path::new(&repo.0.path().join("target/book/client").join(wasm)).is_file(), "{wasm}");
    let xterm = manifest["xterm"]["module"].as_str().unwrap();
    assert!(!repo.page(xterm).contains("sourceMappingURL"));
    assert!(repo.page("tasks/lost-line.html").contains(&format!("./../{xterm}")));
    assert!(repo.page("start.html").contains(&format!("\"./{xterm}")));
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_mdbook-still-running");

#[test]
fn a_plain_mdbook_build_works_with_the_built_program() {
    let repo = Repo::new();
    let command = format!(
        "[preprocessor.still-running]\ncommand = '{PROGRAM}'\nrenderers = [\"html\"]\nbefore = [\"links\"]\n"
    );
    repo.write("book.toml", &format!("[book]\ntitle = \"T\"\nsrc = \"book/src\"\n[build]\nbuild-dir = \"target/book\"\n{command}"));
    MDBook::load(repo.0.path()).unwrap().build().unwrap();
    assert!(repo.page("tasks/lost-line.html").contains("data-sr=\"run\""));
}

#[test]
fn only_html_is_supported() {
    let supports = |renderer: &str| {
        Command::new(PROGRAM).args(["supports", renderer]).status().unwrap().success()
    };
    assert!(supports("html"));
    assert!(!supports("markdown"));
}
