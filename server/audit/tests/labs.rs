//! Every lab that a rule can see: `buggy.rs` is flagged, and every `fixed.rs`, of this lab and of the others, is silent
//! but for notes of others' rules.

use labkit_shelf::Shelf;
use std::{collections::BTreeSet, path::Path};
use still_running_audit::{Level, Options, Report, Rules, audit};

/// Labs whose bug has a shape, by the rules that see it in `buggy.rs`.
const SEEN: [(&str, &[&str]); 25] = [
    ("after-closing-time", &["spawn-in-drop"]),
    ("blamed-server", &["buffered-behind-await"]),
    ("broken-invariant", &["flag-across-await", "invariant-across-await"]),
    ("deaf-sleeper", &["burst-of-ticks"]),
    ("detached-handler", &["blocking-loop"]),
    ("empty-file", &["file-without-flush"]),
    ("endless-drain", &["drain-without-limit"]),
    ("futurelock", &["buffered-behind-await"]),
    ("guards-compared", &["blocking-loop"]),
    ("half-a-join", &["task-outlives-join"]),
    ("half-goodbye", &["relay-without-limit"]),
    ("immortal-task", &["task-outlives-timeout"]),
    ("lost-line", &["progress-in-a-local"]),
    ("lost-message", &["send-cut", "taken-then-await"]),
    ("lost-on-deploy", &["sigterm-unheard"]),
    ("orphan-query", &["no-statement-timeout"]),
    ("runaway-child", &["child-outlives-timeout"]),
    ("silent-feed", &["ends-at-lag"]),
    ("silent-handshake", &["handshake-in-accept-loop"]),
    ("stalled-body", &["timeout-ends-at-headers"]),
    ("stuck-at-the-door", &["blocking-flush"]),
    ("stuck-gauge", &["count-across-await"]),
    ("uncovered-phase", &["no-total-timeout"]),
    ("unstoppable-call", &["count-across-await"]),
    ("wont-exit", &["blocking-loop", "sigterm-unheard", "task-outlives-timeout"]),
];

fn shelf() -> Shelf {
    Shelf::above(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("this is a checkout")
}

fn look(lab: &str, file: &str) -> Report {
    let path = shelf().root().join("labs").join(lab).join(file);
    audit(&path, Options { types: false }, &|_| {}).expect("a lab can be read")
}

fn rules_in(report: &Report) -> BTreeSet<&str> {
    report.findings.iter().map(|f| f.rule.as_str()).collect()
}

#[test]
fn every_lab_a_rule_can_see_is_flagged_by_its_rules() {
    for (lab, rules) in SEEN {
        assert_eq!(rules_in(&look(lab, "buggy.rs")), rules.iter().copied().collect(), "{lab}");
    }
}

#[test]
fn no_fixed_variant_of_any_lab_is_flagged_above_a_note_nor_at_all_by_its_own_rules() {
    for lab in shelf().slugs() {
        let report = look(&lab, "fixed.rs");
        let own = SEEN.iter().find(|(seen, _)| *seen == lab).map_or(&[][..], |(_, rules)| rules);
        for finding in &report.findings {
            let others = finding.level == Level::Note && !own.contains(&finding.rule.as_str());
            assert!(others, "{lab}: {finding:#?}");
        }
    }
}

#[test]
fn without_types_nothing_is_sure() {
    for (lab, _) in SEEN {
        let sure = look(lab, "buggy.rs").findings.iter().any(|f| f.level == Level::Sure);
        assert!(!sure, "{lab}");
    }
}

#[test]
fn every_rule_has_a_lab_a_chapter_and_words() {
    let (shelf, rules) = (shelf(), Rules::ours().expect("rules.toml can be read"));
    let mut ids = BTreeSet::new();
    for rule in rules.iter() {
        assert!(ids.insert(&rule.id), "{} is there twice", rule.id);
        assert!(shelf.folder(&rule.lab).is_some(), "{}: there is no lab {}", rule.id, rule.lab);
        let chapter = shelf.root().join(format!("book/src/{}.md", rule.chapter));
        assert!(chapter.is_file(), "{}: there is no {}", rule.id, chapter.display());
        assert!(rule.why.ends_with('.') && !rule.fix.is_empty(), "{}", rule.id);
    }
    let seen: BTreeSet<_> = SEEN.iter().flat_map(|(_, rules)| *rules).collect();
    assert!(seen.iter().all(|rule| rules.get(rule).is_some()));
}

#[test]
fn the_page_names_every_rule_with_its_chapter() {
    let page = shelf().root().join("book/src/audit.md");
    let page = std::fs::read_to_string(page).expect("the book has a page on audit");
    for rule in Rules::ours().expect("rules.toml can be read").iter() {
        let row = page.lines().find(|l| l.starts_with(&format!("| `{}` |", rule.id)));
        let link = format!("[{}]({}.md)", rule.lab, rule.chapter);
        assert!(row.is_some_and(|row| row.contains(&link)), "{}: no row with {link}", rule.id);
    }
}

/// Rules that look for a lab's shape, by what they see in its `buggy.rs` and by whom they send there.
fn rules_of(lab: &str) -> BTreeSet<String> {
    let seen = SEEN.iter().filter(|(seen, _)| *seen == lab).flat_map(|(_, rules)| *rules);
    let ours = Rules::ours().expect("rules.toml can be read");
    let sent = ours.iter().filter(|rule| rule.lab == lab).map(|rule| rule.id.clone());
    sent.chain(seen.map(|rule| (*rule).to_owned())).collect()
}

#[test]
fn each_chapter_says_at_home_what_audit_looks_for() {
    let shelf = shelf();
    for part in ["tasks", "http", "databases", "grpc", "production"] {
        let Ok(folder) = std::fs::read_dir(shelf.root().join("book/src").join(part)) else {
            continue;
        };
        for chapter in folder.map(|entry| entry.expect("the book can be read").path()) {
            if chapter.extension().is_none_or(|end| end != "md") {
                continue;
            }
            let text = std::fs::read_to_string(&chapter).expect("a chapter can be read");
            let Some((_, home)) = text.split_once("\n## At home\n") else { continue };
            let lab = chapter.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let rules: Vec<_> = rules_of(&lab).iter().map(|rule| format!("`{rule}`")).collect();
            let line = match rules.is_empty() {
                true => {
                    "- **Audit:** [`still-running audit`](../audit.md) has no rule for it.".into()
                }
                false => format!(
                    "- **Audit:** `still-running audit .` looks for it: {}. [What it sees, and what it can't](../audit.md).",
                    rules.join(", ")
                ),
            };
            assert!(home.lines().any(|l| l == line), "{lab}: under *At home* belongs\n{line}");
        }
    }
}
