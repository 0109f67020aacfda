//! A small book, built and checked from outside.

use crate::repo::{DESCRIBE, Repo};
use mdbook_driver::MDBook;
use mdbook_still_running::site;
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
        ("the strip", "data-sr=\"mark\""),
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
fn recordings_and_previews_are_part_of_the_site() {
    let repo = Repo::new();
    repo.build().unwrap();
    assert!(repo.page("recordings/lost-line/buggy.cast").starts_with("{\"version\":3"));
    assert!(repo.page("preview/lost-line.svg").contains("buggy ✗ violated"));
}

#[test]
fn what_is_wrong_names_its_file_and_line() {
    let repo = Repo::new();
    for (text, why) in [
        ("{{#run lost-lime buggy}}", "there is no lab \"lost-lime\" (did you mean lost-line?)"),
        ("{{#run lost-line bugy}}", "has no variant \"bugy\" (did you mean buggy?)"),
        ("{{#run lost-line buggy tick=4}}", "tick is a whole number from 5 to 500 (ms)"),
        ("{{#run lost-line buggy tock=4}}", "lost-line has no knob"),
        ("{{#run lost-line}}", "write {{#run <slug> <variant>}}"),
        ("{{#code lost-line/bugy.rs}}", "there is no labs/lost-line/bugy.rs"),
        ("{{#code lost-line/buggy.rs:part}}", "there is no line `// ANCHOR: part`"),
        ("{{#rum lost-line buggy}}", "unknown directive {{#rum}} (did you mean run?)"),
        ("{{#landing lost-lime}}", "there is no lab"),
        ("{{#predict a}}\nWhy?\n{{/predict}}", "has no options"),
    ] {
        repo.chapter(text);
        let said = repo.build().unwrap_err();
        assert!(said.contains("book/src/tasks/lost-line.md:7: "), "{said}");
        assert!(said.contains(why), "{text}: {said}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let repo = Repo::new();
    repo.chapter("{{#run a b}}\n\n{{#run c d}}");
    let said = repo.build().unwrap_err();
    assert!(
        said.contains("2 problems") && said.contains(":7: ") && said.contains(":9: "),
        "{said}"
    );
}

#[test]
fn a_build_that_fails_leaves_the_old_site() {
    let repo = Repo::new();
    repo.build().unwrap();
    repo.chapter("{{#nope}}");
    repo.build().unwrap_err();
    assert!(repo.page("tasks/lost-line.html").contains("sr-timeline"));
}

#[test]
fn a_folder_that_is_no_site_is_not_thrown_away() {
    let repo = Repo::new();
    repo.write("precious/notes.txt", "mine");
    let options = site::Options { out: "precious".into(), ..site::Options::default() };
    let said = site::build(&repo.catalog(), &options).unwrap_err().to_string();
    assert!(said.contains("holds something that is no site"), "{said}");
    assert!(repo.0.path().join("precious/notes.txt").is_file());
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
fn labs_chapters_and_summary_match_one_to_one() {
    let broken: [(&str, fn(&Repo)); 5] = [
        ("labs/orphan: has no chapter", |r| r.write("labs/orphan/lab.rs", "")),
        ("stray.md: is not in SUMMARY.md", |r| r.write("book/src/stray.md", "# Stray\n")),
        ("lost-line.md: has no diff", |r| {
            r.write("book/src/tasks/lost-line.md", "# L\n\n{{#lab lost-line}}\n")
        }),
        ("the chapter of lost-line is lost-line.md", |r| {
            r.write("book/src/start.md", "# S\n\n{{#lab lost-line}}\n")
        }),
        ("has two of the id where", |r| {
            r.chapter(
                &"{{#predict where}}\nW?\n- [x] a :: b\n- [ ] c :: d\n{{/predict}}\n".repeat(2),
            )
        }),
    ];
    for (why, break_it) in broken {
        let repo = Repo::new();
        break_it(&repo);
        let said = repo.check().unwrap_err();
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn dead_links_and_foreign_pictures_are_found() {
    for (text, why) in [
        ("[x](nowhere.md)", "links to nowhere.html, and there is no such file"),
        ("[x](../start.md#nowhere)", "no element of the id nowhere"),
        ("<img src=\"https://elsewhere.example/a.png\" alt=\"\">", "from another host"),
        ("<div id=\"x\"></div><div id=\"x\"></div>", "two elements of the id x"),
        ("<div><p>never closed</div>", "mdBook: "),
    ] {
        let repo = Repo::new();
        repo.chapter(text);
        let said = repo.check().unwrap_err();
        assert!(said.contains(why), "{text}: {said}");
    }
}

#[test]
fn a_page_at_any_depth_finds_what_it_loads() {
    let repo = Repo::new();
    repo.write("book/theme/head.hbs", include_str!("../../../theme/head.hbs"));
    repo.write(
        "book.toml",
        "[book]\ntitle = \"T\"\nsrc = \"book/src\"\n[output.html]\ntheme = \"book/theme\"\n",
    );
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
    assert!(
        repo.page("tasks/lost-line.html")
            .contains("<meta property=\"og:image\" content=\"../preview/lost-line.svg\">")
    );
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
