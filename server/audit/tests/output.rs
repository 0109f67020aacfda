//! What programs read is as they expect it, whatever stands in a source.

use serde_json::{Value, json};
use std::fs;
use still_running_audit::{Options, Report, Rules, audit, out};
use tempfile::TempDir;

/// Names and text that want to be quoted, several levels, and something that was not seen.
fn look(folder: &TempDir) -> Report {
    let flagged =
        "async fn é() { /* \"<&>\\ */ std::thread::sleep(P); tokio::time::interval(P); }\n";
    fs::write(folder.path().join("a b%é.rs"), flagged).expect("there is room");
    fs::write(folder.path().join("broken.rs"), "async fn (").expect("there is room");
    audit(folder.path(), Options { types: false }, &|_| {}).expect("there is a source")
}

fn rules() -> Rules {
    Rules::ours().expect("rules.toml can be read")
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let text = include_str!("data/sarif-2.1.0.schema.json");
    let mut schema: Value = serde_json::from_str(text).expect("it is JSON");
    // One pattern of the published schema has a bracket too many, and is none. We write no language.
    for owner in ["run", "toolComponent"] {
        schema["definitions"][owner]["properties"]["language"] = json!({ "type": "string" });
    }
    let folder = tempfile::tempdir().expect("there is room");
    let log = out::sarif(&look(&folder), &rules());
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let wrong: Vec<String> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(2));
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"],
        json!({ "uri": "a%20b%25%C3%A9.rs", "uriBaseId": "ROOT" })
    );
    assert_eq!(place["region"]["startColumn"], 28, "columns are characters, not bytes");
    let rule = &run["tool"]["driver"]["rules"]
        [run["results"][0]["ruleIndex"].as_u64().expect("an index") as usize];
    assert_eq!(rule["id"], run["results"][0]["ruleId"]);
}

#[test]
fn json_has_all_of_it_and_says_which_form_it_has() {
    let folder = tempfile::tempdir().expect("there is room");
    let value = out::json(&look(&folder));
    assert_eq!((&value["version"], &value["exit_code"]), (&json!(1), &json!(11)));
    let finding = &value["findings"][0];
    for (key, wanted) in [
        ("rule", json!("blocks-the-runtime")),
        ("level", json!("likely")),
        ("file", json!("a b%é.rs")),
        ("line", json!(1)),
        ("column", json!(28)),
        ("function", json!("é")),
        ("lab", json!("deaf-sleeper")),
        ("chapter", json!("tasks/deaf-sleeper")),
    ] {
        assert_eq!(finding[key], wanted, "{key}");
    }
    assert_eq!(value["unseen"][0]["file"], "broken.rs");
}

#[test]
fn people_see_the_place_and_what_to_do_and_notes_only_when_they_ask() {
    let folder = tempfile::tempdir().expect("there is room");
    let report = look(&folder);
    let text = out::text(&report, &rules(), false, false);
    for wanted in [
        "likely[blocks-the-runtime]",
        "a b%é.rs:1:28",
        "^^^^^^^^^^^^^^^^^^",
        "= fix: ",
        "1 likely, 1 note",
        "burst-of-ticks 1",
        "broken.rs:1: is no Rust",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("note[burst-of-ticks]") && !text.contains('\x1b'), "{text}");
    assert!(out::text(&report, &rules(), true, false).contains("note[burst-of-ticks]"));
    assert!(out::text(&report, &rules(), true, true).contains('\x1b'));
}
