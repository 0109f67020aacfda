//! The rules of the lab whose manifest names this test, before Prometheus' own judge: they are well-formed, and over many series of
//! values they fire when ours fire. Without `promtool` (Debian's package prometheus) there is nobody to ask, and it says so.

use labkit_prometheus::{Alert, Rule, Samples};
use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const STEP: u64 = 15;
const SERIES: usize = 200;
const LENGTH: u64 = 12;

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules.yml")
}

/// Asks it, if it is here.
fn promtool(args: &[&str], file: &Path) -> Option<Output> {
    match Command::new("promtool").args(args).arg(file).output() {
        Ok(out) => Some(out),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            eprintln!("not asked: there is no promtool here (apt-get install prometheus)");
            None
        }
        Err(e) => panic!("promtool: {e}"),
    }
}

fn agrees(out: &Output) {
    let said = [&out.stdout, &out.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert!(out.status.success(), "promtool says no:\n{}", said.concat());
}

#[test]
fn promtool_takes_the_rules() {
    if let Some(out) = promtool(&["check", "rules"], &rules()) {
        agrees(&out);
    }
}

#[test]
fn the_tests_beside_the_rules_pass() {
    if let Some(out) = promtool(&["test", "rules"], &rules().with_file_name("rules-test.yml")) {
        agrees(&out);
    }
}

#[test]
fn our_semantics_are_those_of_prometheus() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("series.yml");
    fs::write(&file, of_all_series(false)).unwrap();
    let Some(out) = promtool(&["test", "rules"], &file) else { return };
    agrees(&out);
    // The same with one expectation turned round: it does look.
    fs::write(&file, of_all_series(true)).unwrap();
    let out = promtool(&["test", "rules"], &file).expect("it was here before");
    assert!(!out.status.success(), "promtool agrees with everything");
}

/// A file for `promtool test rules`: for each series of values, when the alert fires, as we see it.
fn of_all_series(one_is_wrong: bool) -> String {
    let text = fs::read_to_string(rules()).unwrap();
    let mut seed = 7;
    let mut file =
        format!("rule_files: [{}]\nevaluation_interval: {STEP}s\ntests:\n", rules().display());
    for number in 0..SERIES {
        let values: Vec<_> = (0..LENGTH).map(|_| value(&mut seed)).collect();
        let lie = one_is_wrong && number == SERIES / 2;
        of_series(&mut file, Rule::read(&text).unwrap(), &values, lie);
    }
    file
}

fn of_series(file: &mut String, mut rule: Rule, values: &[Option<u64>], lie: bool) {
    let written: Vec<String> =
        values.iter().map(|v| v.map_or("stale".to_owned(), |v| v.to_string())).collect();
    let name = rule.alert.clone();
    writeln!(
        file,
        "- interval: {STEP}s\n  input_series: [{{series: orphan_tasks, values: '{}'}}]",
        written.join(" ")
    )
    .unwrap();
    writeln!(file, "  alert_rule_test:").unwrap();
    for (at, value) in (0..).step_by(STEP as usize).zip(values) {
        let samples = value.map_or(String::new(), |v| format!("orphan_tasks {v}"));
        let fires = rule.eval(at, &Samples::read(&samples).unwrap()) == Alert::Firing;
        let expected = match (fires != (lie && at == STEP), value) {
            (true, value) => format!(
                "[{{exp_labels: {{severity: page}}, exp_annotations: {{summary: '{} tasks run for callers that have left', runbook: cancel-orphans}}}}]",
                value.unwrap_or(0)
            ),
            (false, _) => "[]".to_owned(),
        };
        writeln!(file, "  - {{eval_time: {at}s, alertname: {name}, exp_alerts: {expected}}}")
            .unwrap();
    }
}

/// Around the limit, above it for the most part, and now and then none.
fn value(seed: &mut u64) -> Option<u64> {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    match (*seed >> 33) % 16 {
        0 => None,
        n => Some(n),
    }
}
