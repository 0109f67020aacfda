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
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
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

/// Builds the online edition with these options.
fn online(
    repo: &Repo,
    address: Option<&str>,
    browser: Option<&str>,
) -> Result<Vec<String>, String> {
    let options = site::Options {
        mode: site::Mode::Recorded,
        address: address.map(|a| a.parse().unwrap()),
        browser: browser.map(|b| repo.0.path().join(b)),
        ..site::Options::default()
    };
    site::build(&repo.catalog(), &options).map_err(|e| format!("{e:#}"))
}

#[test]
fn what_other_sites_are_told_is_a_whole_address_or_nothing() {
    let repo = Repo::new();
    repo.theme();
    let notes = online(&repo, None, None).unwrap().join("\n");
    assert!(notes.contains("--address"), "{notes}");
    let page = repo.page("tasks/lost-line.html");
    assert!(page.contains("<meta property=\"og:title\" content=\"A line is lost\">"));
    assert!(!page.contains("og:image") && !page.contains("og:url") && !page.contains("canonical"));

    let notes = online(&repo, Some("https://a.example/b"), None).unwrap().join("\n");
    assert!(notes.contains("--browser"), "{notes}");
    let page = repo.page("tasks/lost-line.html");
    assert!(page.contains(
        "<meta property=\"og:url\" content=\"https://a.example/b/tasks/lost-line.html\">"
    ));
    assert!(!page.contains("og:image"), "no picture is named that is not there");
}

#[test]
#[cfg(unix)]
fn a_named_browser_draws_each_lab_and_the_first_page() {
    let repo = Repo::new();
    repo.theme();
    repo.write("book/src/index.md", "# All of it\n\n{{#landing lost-line}}\n");
    repo.write(
        "book/src/SUMMARY.md",
        "[All](index.md)\n\n- [Start](start.md)\n- [Lost](tasks/lost-line.md)\n",
    );
    // Keeps what it was asked to draw behind the signature of a PNG.
    let script = "for a; do case $a in --screenshot=*) png=${a#*=};; file://*) svg=${a#file://};; esac; done\n\
                  { printf '\\211PNG\\r\\n\\032\\n'; cat \"$svg\"; } > \"$png\"\n";
    repo.program("target/browser", script);
    assert_eq!(
        online(&repo, Some("https://a.example/b"), Some("target/browser")).unwrap().len(),
        2
    );
    let drawn = |name: &str| {
        let png = fs::read(repo.0.path().join(format!("target/book/preview/{name}.png"))).unwrap();
        String::from_utf8_lossy(&png).into_owned()
    };
    assert!(drawn("lost-line").contains("buggy ✗ violated · fixed ✓ held"));
    assert!(drawn("index").contains(">All of it</text>"));
    let tag = |name: &str| {
        format!("<meta property=\"og:image\" content=\"https://a.example/b/preview/{name}.png\">")
    };
    assert!(repo.page("tasks/lost-line.html").contains(&tag("lost-line")));
    assert!(repo.page("index.html").contains(&tag("index")));

    repo.program("target/browser", "exit 0\n");
    let said = online(&repo, Some("https://a.example/b"), Some("target/browser")).unwrap_err();
    assert!(said.contains("drew no PNG"), "{said}");
}

#[test]
fn the_page_for_what_is_not_there_is_right_at_any_depth() {
    let repo = Repo::new();
    let start = |repo: &Repo| {
        let page = repo.page("404.html");
        assert!(!page.contains("<link") && !page.contains(" src="), "it loads nothing: {page}");
        between(&page, "id=\"start\" href=\"", "\"").to_owned()
            + if page.contains("<script>") { " or found" } else { "" }
    };
    repo.build().unwrap();
    assert_eq!(start(&repo), "/", "a server of ours serves from the root");
    online(&repo, Some("https://a.example/b"), None).unwrap();
    assert_eq!(start(&repo), "/b/");
    online(&repo, None, None).unwrap();
    assert_eq!(start(&repo), "./ or found");
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
fn a_labs_folder_holds_its_files_and_its_variants_are_close() {
    let many: String = (0..9).map(|n| format!("    let a{n} = {n};\n")).collect();
    let long = format!("//! It lives.\nuse crate::*;\nasync fn next() {{\n{many}}}\n");
    let broken: [(&str, &str, Option<&str>); 7] = [
        ("mine.rs: is missing", "mine.rs", None),
        ("mine.rs: differs from buggy.rs beyond its first line", "mine.rs", Some("//! M\nx\n")),
        ("notes.txt: is no file of a lab", "notes.txt", Some("")),
        (
            "part.rs: is no file of a lab",
            "part.rs",
            Some("//! Part of a world that does not name it.\n"),
        ),
        ("the file differs in 1 lines of buggy.rs and 9 of fixed.rs", "fixed.rs", Some(&long)),
        ("wrong/join.rs: does not say what it is", "wrong/join.rs", Some("use crate::*;\n")),
        ("wrong/join.txt: is no source", "wrong/join.txt", Some("")),
    ];
    for (why, file, text) in broken {
        let repo = Repo::new();
        let path = format!("labs/lost-line/{file}");
        match text {
            Some(text) => repo.write(&path, text),
            None => fs::remove_file(repo.0.path().join(&path)).unwrap(),
        }
        let said = repo.check().unwrap_err();
        assert!(said.contains("labs/lost-line") && said.contains(why), "{why}: {said}");
    }
    let repo = Repo::new();
    repo.write("labs/lost-line/wrong/join.rs", "//! Tempting, and wrong.\n");
    repo.check().unwrap();
    let world = fs::read_to_string(repo.0.path().join("labs/lost-line/lab.rs")).unwrap();
    repo.write("labs/lost-line/lab.rs", &format!("{world}\nmod part;\n"));
    repo.write("labs/lost-line/part.rs", "//! Part of its world.\n");
    repo.check().unwrap();
    repo.write("labs/lost-line/fixed.rs", &long);
    repo.write(
        "labs/lost-line/Cargo.toml",
        "[package.metadata.still-running]\nlong-diff = \"it teaches\"\n",
    );
    repo.check().unwrap();
}

#[test]
fn a_directive_that_touches_text_is_told_with_its_file_and_line() {
    let repo = Repo::new();
    repo.chapter("Run it:\n{{#run lost-line buggy}}\n");
    let said = repo.check().unwrap_err();
    let told =
        "tasks/lost-line.md:8: {{#run lost-line buggy}} touches text; put a blank line before it";
    assert!(said.contains(told), "{said}");
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
