//! For people: the place, what is lost, what to do, and where to see it happen.

use crate::{
    report::{Finding, Report, Seen, Types, Unseen},
    rules::{Level, Rules},
    tree::plural,
};
use annotate_snippets::{AnnotationKind, Group, Level as Tone, Renderer, Snippet};
use std::{collections::BTreeMap, fs, ops::Range};

/// How many things that were not seen are told one by one.
const UNSEEN_SHOWN: usize = 12;

/// All of it. Notes are counted, or shown where they are wanted.
pub fn text(report: &Report, rules: &Rules, notes: bool, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in report.findings.iter().filter(|f| notes || f.level > Level::Note) {
        let source = fs::read_to_string(report.path_of(finding)).unwrap_or_default();
        out += &renderer.render(&[one(report, finding, rules, &source)]);
        out += "\n\n";
    }
    out += &ending(report, notes);
    out
}

fn one<'a>(
    report: &'a Report,
    finding: &'a Finding,
    rules: &'a Rules,
    source: &'a str,
) -> Group<'a> {
    let tone = match finding.level {
        Level::Sure => Tone::ERROR.with_name("sure"),
        Level::Likely => Tone::WARNING.with_name("likely"),
        Level::Note => Tone::NOTE.with_name("note"),
    };
    let (why, fix) = rules.get(&finding.rule).map_or(("", ""), |r| (&r.why, &r.fix));
    let file = match finding.file.as_os_str().is_empty() {
        true => report.root.to_string_lossy(),
        false => finding.file.to_string_lossy(),
    };
    let line = source.lines().nth(finding.at.line.saturating_sub(1)).unwrap_or_default();
    let snippet = Snippet::source(line)
        .line_start(finding.at.line)
        .path(file)
        .annotation(AnnotationKind::Primary.span(span(finding, line)));
    tone.primary_title(finding.message.as_str())
        .id(finding.rule.as_str())
        .element(snippet)
        .element(Tone::NOTE.with_name("why").message(why))
        .element(Tone::HELP.with_name("fix").message(fix))
        .element(Tone::NOTE.with_name("see").message(format!(
            "still-running run {} buggy; in the book {}.html",
            finding.lab, finding.chapter
        )))
}

/// The part of the finding that is in its first line, in bytes of that line.
fn span(finding: &Finding, line: &str) -> Range<usize> {
    let byte = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
    let from = byte(finding.at.column.max(1));
    match finding.at.line == finding.at.end_line {
        true => from..byte(finding.at.end_column.max(1)).max(from),
        false => from..line.trim_end().len().max(from),
    }
}

fn ending(report: &Report, notes: bool) -> String {
    let folded = if notes { BTreeMap::new() } else { folded(report) };
    let list: Vec<String> = folded.iter().map(|(rule, n)| format!("{rule} {n}")).collect();
    let notes = match list.is_empty() {
        true => String::new(),
        false => format!("Notes (--notes shows them): {}.\n", list.join(", ")),
    };
    let last = "Audit finds shapes. What a system loses when it is cancelled, tests find.\n";
    format!("{notes}{}\n{}{last}", summary(report), not_seen(report))
}

fn summary(report: &Report) -> String {
    let counts = report.counts();
    let of = |level| counts.get(&level).copied().unwrap_or(0);
    let (sure, likely, notes) = (of(Level::Sure), of(Level::Likely), of(Level::Note));
    let found = format!("{sure} sure, {likely} likely, {notes} {}", plural(notes, "note", "notes"));
    let Seen { files, lines, took_ms, types: known, .. } = &report.seen;
    let read =
        format!("{lines} lines in {files} {}, {took_ms} ms", plural(*files, "file", "files"));
    format!("{found}{}. {read}; {}.", settled(report), types(known))
}

/// What was found and is not told.
fn settled(report: &Report) -> String {
    let one = |n: usize, what: &str| if n > 0 { format!("; {n} {what}") } else { String::new() };
    one(report.allowed, "allowed") + &one(report.known, "in the baseline")
}

/// What has the same reason in many places is told once.
fn not_seen(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, Vec<&Unseen>> = BTreeMap::new();
    for unseen in &report.unseen {
        reasons.entry(&unseen.why).or_default().push(unseen);
    }
    let mut lines: Vec<String> =
        reasons.values().take(UNSEEN_SHOWN).map(|all| sentence(all)).collect();
    if reasons.len() > UNSEEN_SHOWN {
        lines.push(format!("and {} more; --json has them all.", reasons.len() - UNSEEN_SHOWN));
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("Not seen:\n  {}\n", lines.join("\n  ")),
    }
}

fn folded(report: &Report) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.level == Level::Note) {
        *counts.entry(finding.rule.as_str()).or_default() += 1;
    }
    counts
}

fn types(types: &Types) -> String {
    match types {
        Types::Known(files) => {
            format!("types known in {files} {}", plural(*files, "file", "files"))
        }
        Types::Partly(why) => format!("types known in part, {why}"),
        Types::Unknown(why) => format!("types unknown, so nothing is sure: {why}"),
        Types::NotAsked => "types not asked for, so nothing is sure".to_owned(),
    }
}

fn sentence(all: &[&Unseen]) -> String {
    let Some(Unseen { file, line, why }) = all.first() else { return String::new() };
    let more = match all.len() {
        1 => String::new(),
        n => format!(" So it is in {} more {}.", n - 1, plural(n - 1, "place", "places")),
    };
    match (file, line) {
        (Some(file), Some(line)) => format!("{}:{line}: {why}.{more}", file.display()),
        (Some(file), None) => format!("{}: {why}.{more}", file.display()),
        (None, _) => format!("{why}.{more}"),
    }
}
