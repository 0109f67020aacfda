//! The page *Shift left* says what a clippy.toml to copy catches in the labs, and what it misses. It is made by running clippy
//! over each lab's two files, and this is who makes it.
//!
//! `STILL_RUNNING_BLESS=1 cargo test -p still-running-audit --test shift_left` writes the page's table anew.

use labkit_shelf::Shelf;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const TABLE: &str = "book/src/production/shift-left/seen.inc";
const REPAIR: &str = "STILL_RUNNING_BLESS=1 cargo test -p still-running-audit --test shift_left";

/// What fires how often in one file, by lint; a forbidden function is named.
type Fires = BTreeMap<String, usize>;

#[test]
fn the_table_is_what_clippy_says_of_the_labs() {
    let shelf = Shelf::above(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("this is a checkout");
    // Always the same folder, so that only what has changed is checked anew.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shift-left");
    let page = shelf.root().join("book/src/production/shift-left");
    workspace(shelf.root(), &page, &folder);
    let seen = clippy(shelf.root(), &page, &folder);
    let table = table(&shelf, &seen);
    if env::var_os("STILL_RUNNING_BLESS").is_some() {
        fs::write(shelf.root().join(TABLE), &table).expect("the page can be written");
    }
    let stands = fs::read_to_string(shelf.root().join(TABLE)).unwrap_or_default();
    assert_eq!(stands, table, "{TABLE} is stale; repair: {REPAIR}");
}

/// The labs in a workspace of their own, under the lints to copy, and without what a lab allows itself.
fn workspace(root: &Path, page: &Path, to: &Path) {
    let manifest = text(&root.join("Cargo.toml"));
    put(&to.join("Cargo.toml"), &only_labs(&manifest, &text(&page.join("lints.toml"))));
    for file in ["Cargo.lock", ".cargo/config.toml"] {
        put(&to.join(file), &text(&root.join(file)));
    }
    for lab in fs::read_dir(to.join("labs")).into_iter().flatten() {
        let lab = lab.unwrap();
        if !root.join("labs").join(lab.file_name()).exists() {
            fs::remove_dir_all(lab.path()).unwrap();
        }
    }
    copy_all(&root.join("labs"), &to.join("labs"));
}

/// The workspace's manifest, cut down to the labs, with other lints.
fn only_labs(manifest: &str, lints: &str) -> String {
    let own = manifest.find("[workspace.lints").expect("the workspace has lints");
    let rest = manifest.find("[profile").expect("and profiles after them");
    let is_kept = |line: &&str| !line.starts_with("default-members");
    let head: Vec<String> = manifest[..own].lines().filter(is_kept).map(only_lab_members).collect();
    let lints = lints.replace("[lints.", "[workspace.lints.");
    format!("{}\n{lints}\n{}", head.join("\n"), &manifest[rest..])
}

fn only_lab_members(line: &str) -> String {
    let Some(members) = line.strip_prefix("members = [") else { return line.to_owned() };
    let labs = members.trim_end_matches(']').split(", ").filter(|path| path.starts_with("\"labs/"));
    format!("members = [{}]", labs.collect::<Vec<_>>().join(", "))
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn put(file: &Path, text: &str) {
    if fs::read_to_string(file).is_ok_and(|stands| stands == text) {
        return;
    }
    fs::create_dir_all(file.parent().expect("a file is in a folder")).unwrap();
    fs::write(file, text).unwrap();
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|e| (e.path(), e.file_name())).unwrap();
        let to = to.join(name);
        match path.extension().and_then(|e| e.to_str()) {
            None if path.is_dir() => copy_all(&path, &to),
            Some("rs") if !path.components().any(|part| part.as_os_str() == "kit") => {
                put(&to, &without_excuses(&text(&path)));
            }
            _ => put(&to, &text(&path)),
        }
    }
}

/// A lab may allow itself the bug that it shows. Here nobody may.
fn without_excuses(source: &str) -> String {
    let mut text = source.to_owned();
    for open in ["#![allow(", "#![expect(", "#[allow(", "#[expect("] {
        while let Some(at) = text.find(open) {
            let end = at + text[at..].find(")]").expect("an attribute ends") + 2;
            text.replace_range(at..end, "");
        }
    }
    text
}

/// Runs it. Registry crates were built for the workspace already, under the same flags; so only the labs are checked.
fn clippy(root: &Path, page: &Path, folder: &Path) -> BTreeMap<PathBuf, Fires> {
    let out = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["clippy", "--offline", "--workspace", "--bins", "--message-format=json", "--quiet"])
        // An error would end the build at the first lab that has one.
        .args(["--", "--cap-lints", "warn"])
        .current_dir(folder)
        .env("CLIPPY_CONF_DIR", page)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .expect("cargo clippy is here");
    let said = String::from_utf8(out.stdout).expect("JSON is text");
    let mut seen = BTreeMap::<PathBuf, Fires>::new();
    let messages: Vec<Value> = said.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for message in messages.iter().filter(|m| m["reason"] == "compiler-message") {
        let message = &message["message"];
        let told = message["message"].as_str().unwrap_or_default();
        assert_ne!(message["level"], "error", "{}", message["rendered"]);
        assert!(!told.contains("does not refer to"), "a path in clippy.toml is wrong: {told}");
        for span in message["spans"].as_array().into_iter().flatten() {
            if let (Some(fires), Some(file)) = (what(message), span["file_name"].as_str())
                && span["is_primary"] == true
            {
                *seen.entry(file.into()).or_default().entry(fires).or_default() += 1;
            }
        }
    }
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    seen
}

/// The lint's name, or the last two words of the forbidden function's.
fn what(message: &Value) -> Option<String> {
    let lint = message["code"]["code"].as_str()?;
    let text = message["message"].as_str()?;
    let name = lint.trim_start_matches("clippy::");
    let forbidden = name.starts_with("disallowed_").then(|| text.split('`').nth(1)).flatten();
    let words: Vec<&str> = forbidden.unwrap_or(name).split("::").collect();
    Some(words[words.len().saturating_sub(2)..].join("::"))
}

fn table(shelf: &Shelf, seen: &BTreeMap<PathBuf, Fires>) -> String {
    let of = |slug: &str, file: &str| {
        let path = Path::new("labs").join(slug).join(file);
        seen.get(&path).cloned().unwrap_or_default()
    };
    let (mut rows, mut told, mut pointed, mut silent) = (String::new(), 0, 0, vec![]);
    let (slugs, contents) = (shelf.slugs(), fs::read_to_string(shelf.summary()).unwrap());
    let link = |slug: &str| link(&contents, slug);
    for slug in &slugs {
        let (buggy, fixed) = (of(slug, "buggy.rs"), of(slug, "fixed.rs"));
        match () {
            () if buggy.is_empty() => silent.push(link(slug)),
            () if told_apart(&buggy, &fixed) => told += 1,
            () => pointed += 1,
        }
        if !(buggy.is_empty() && fixed.is_empty()) {
            let [buggy, fixed] = [buggy, fixed].map(|fires| in_words(&fires));
            writeln!(rows, "| {} | {buggy} | {fixed} |", link(slug)).unwrap();
        }
    }
    format!(
        "Of {} labs, something fires in the `buggy.rs` of {}. In {told} of these something of it is gone in `fixed.rs`: there \
         the lint tells the bug from its mend. In the other {pointed} it points at a place, and goes on pointing when the place \
         is right.\n\n| lab | in `buggy.rs` | in `fixed.rs` |\n|---|---|---|\n{rows}\nNothing fires in the `buggy.rs` of {} \
         labs: {}.\n",
        slugs.len(),
        told + pointed,
        silent.len(),
        silent.join(", "),
    )
}

/// From a page of a part; what is included is not read for links to labs.
fn link(summary: &str, slug: &str) -> String {
    let end = summary.find(&format!("/{slug}.md)")).unwrap_or_else(|| panic!("{slug}: no chapter"));
    let start = summary[..end].rfind('(').expect("a link begins") + 1;
    format!("[`{slug}`](../{}/{slug}.md)", &summary[start..end])
}

/// Something fires in the one and less often in the other.
fn told_apart(buggy: &Fires, fixed: &Fires) -> bool {
    buggy.iter().any(|(what, times)| fixed.get(what).is_none_or(|less| less < times))
}

fn in_words(fires: &Fires) -> String {
    let times = |(what, times): (&String, &usize)| match times {
        1 => format!("`{what}`"),
        n => format!("`{what}` ×{n}"),
    };
    match fires.is_empty() {
        true => "–".to_owned(),
        false => fires.iter().map(times).collect::<Vec<_>>().join(", "),
    }
}
