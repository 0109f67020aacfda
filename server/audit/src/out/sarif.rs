//! SARIF 2.1.0, for code scanning.

use crate::{
    baseline::fingerprint,
    report::{Finding, Report, Unseen},
    rules::{Level, Rule, Rules},
};
use serde_json::{Value, json};
use std::path::Path;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A log with one run. Findings are relative to the root that was looked at.
pub fn sarif(report: &Report, rules: &Rules) -> Value {
    let uri = report.root.to_string_lossy();
    let base = if report.root.is_dir() { format!("{uri}/") } else { uri.into_owned() };
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "still-running audit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "uri": format!("file://{}", percent(&base)) } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": report.unseen.iter().map(unseen).collect::<Vec<_>>(),
            }],
            "results": report.findings.iter().map(|f| result(report, f, rules)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.why },
        "help": { "text": format!("{}\nIn the book: {}.html. See it happen: still-running run {} buggy", rule.fix, rule.chapter, rule.lab) },
        "defaultConfiguration": { "level": level(rule.most) },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Sure => "error",
        Level::Likely => "warning",
        Level::Note => "note",
    }
}

fn result(report: &Report, finding: &Finding, rules: &Rules) -> Value {
    let index = rules.iter().position(|rule| rule.id == finding.rule);
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index.and_then(|i| i64::try_from(i).ok()).unwrap_or(-1),
        "level": level(finding.level),
        "message": { "text": finding.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact(report, &finding.file),
            "region": {
                "startLine": finding.at.line,
                "startColumn": finding.at.column,
                "endLine": finding.at.end_line,
                "endColumn": finding.at.end_column,
                "snippet": { "text": finding.snippet },
            },
        }}],
        "partialFingerprints": { "stillRunning/v1": fingerprint(finding) },
    })
}

/// A report on one file has its name as the root.
fn artifact(report: &Report, file: &Path) -> Value {
    match file.as_os_str().is_empty() {
        true => json!({ "uri": format!("file://{}", percent(&report.root.to_string_lossy())) }),
        false => json!({ "uri": percent(&file.to_string_lossy()), "uriBaseId": "ROOT" }),
    }
}

fn unseen(unseen: &Unseen) -> Value {
    let place = unseen.file.as_deref().map(|f| format!("{}: ", f.display())).unwrap_or_default();
    json!({ "level": "note", "message": { "text": format!("not seen: {place}{}", unseen.why) } })
}

/// What may not stand in a URI.
fn percent(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    path.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
