//! What is wrong with a book or a lab's folder is told, and costs no site that was there.

use crate::repo::Repo;
use mdbook_still_running::site;
use std::fs;

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
        ("{{#landing lost-lime reader}}", "there is no lab"),
        ("{{#landing lost-line}}", "write {{#landing <slug> <lane>}}"),
        ("{{#landing lost-line rider}}", "says nothing in a lane \"rider\""),
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
