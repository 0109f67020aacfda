//! Shapes and types together.

use crate::{
    oracle::{Answer, Word},
    report::{Finding, Report, Seen, Unseen},
    rules::{Level, Rule, Rules},
    scan::{Candidate, Fact, Scan},
    tree::{Source, Tree, plural},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    time::Instant,
};

/// What is known of the functions of the tree, by name.
#[derive(Default)]
struct Functions<'a> {
    facts: HashMap<&'a str, (&'a Fact, &'a Path)>,
    defined: HashMap<&'a str, usize>,
    spawners: HashSet<&'a str>,
}

impl<'a> Functions<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut all = Self::default();
        for source in &tree.sources {
            for fact in &source.scan.facts {
                all.facts.entry(&fact.function).or_insert((fact, &source.file));
            }
            for (name, times) in &source.scan.defined {
                *all.defined.entry(name).or_default() += times;
            }
            all.spawners.extend(source.scan.spawners.iter().map(String::as_str));
        }
        all
    }

    /// The one function of this name, where it works in steps.
    fn in_steps(&self, name: &str) -> Option<(&'a Fact, &'a Path)> {
        (self.defined.get(name) == Some(&1)).then(|| self.facts.get(name).copied()).flatten()
    }
}

pub(crate) fn judge(
    root: PathBuf,
    tree: Tree,
    answer: &Answer,
    rules: &Rules,
    began: Instant,
) -> Report {
    let functions = Functions::of(&tree);
    let words: BTreeSet<&str> =
        tree.sources.iter().flat_map(|s| &s.scan.marks.words).copied().collect();
    let (mut findings, mut allowed) = (vec![], 0);
    for source in &tree.sources {
        for candidate in candidates(&source.scan, &functions, &words) {
            let Some(rule) = rules.get(candidate.rule) else { continue };
            let path = absolute(&root, &source.file);
            let Some(level) = level(&candidate, rule, answer, &path, &words) else { continue };
            if source.allows.has(&rule.id, candidate.at.line) {
                allowed += 1;
            } else {
                findings.push(finding(candidate, rule, level, source));
            }
        }
    }
    findings.sort_by(|a, b| (&a.file, a.at, &a.rule).cmp(&(&b.file, b.at, &b.rule)));
    findings.dedup_by(|a, b| (&a.file, a.at, &a.rule) == (&b.file, b.at, &b.rule));
    let unseen = unseen(&tree, answer, rules);
    let seen = Seen {
        files: tree.files,
        lines: tree.lines,
        parsed: tree.sources.len(),
        selects: tree.sources.iter().map(|s| s.scan.selects).sum(),
        took_ms: began.elapsed().as_millis(),
        types: answer.types.clone(),
    };
    Report { root, findings, allowed, known: 0, unseen, seen }
}

/// A report on one file has no path below its root.
fn absolute(root: &Path, file: &Path) -> PathBuf {
    if file.as_os_str().is_empty() { root.to_owned() } else { root.join(file) }
}

/// Those of a file that what the rest of the tree says does not settle.
fn candidates(scan: &Scan, functions: &Functions<'_>, words: &BTreeSet<&str>) -> Vec<Candidate> {
    let looked_after =
        |c: &Candidate| c.unless_spawned_by.iter().any(|f| functions.spawners.contains(f.as_str()));
    let own = scan.candidates.iter().filter(|c| !looked_after(c)).cloned();
    let unless =
        scan.marks.unless.iter().filter(|(word, _)| !words.contains(word)).map(|(_, c)| c.clone());
    let steps = scan.steps.iter().filter_map(|step| {
        let (fact, file) = functions.in_steps(&step.callee)?;
        let where_ = format!("{}:{}", file.display(), fact.line);
        let says =
            format!("`{}()` in {}; inside, at {where_}: {}", step.callee, step.scope, fact.why);
        let level = if fact.documented { Level::Note } else { Level::Likely };
        Some(Candidate { says, ..step.found.clone() }.at_most(level))
    });
    own.chain(unless).chain(steps).collect()
}

/// `None`: types say that it is something else.
fn level(
    c: &Candidate,
    rule: &Rule,
    answer: &Answer,
    file: &Path,
    words: &BTreeSet<&str>,
) -> Option<Level> {
    let word = c.asks.map_or(Word::Silent, |at| answer.about(file, at, rule));
    let by_types = match word {
        Word::Confirmed => Level::Sure,
        Word::Refuted if rule.refute && !c.behind_cfg && !c.in_test => return None,
        _ if c.typed => return None,
        Word::Refuted | Word::Silent => Level::Likely,
    };
    let level = by_types.min(rule.most).min(c.most);
    // A client with a total timeout of its own ends the body too; which client this is, nobody here knows.
    let covered = rule.id == "timeout-ends-at-headers" && words.contains("timeout");
    let level = if covered { level.down() } else { level };
    Some(if c.in_test { Level::Note } else { level })
}

fn finding(c: Candidate, rule: &Rule, level: Level, source: &Source) -> Finding {
    let line = source.text.lines().nth(c.at.line.saturating_sub(1)).unwrap_or_default();
    Finding {
        rule: rule.id.clone(),
        level,
        file: source.file.clone(),
        at: c.at,
        function: c.function,
        message: c.says,
        snippet: line.split_whitespace().collect::<Vec<_>>().join(" "),
        lab: rule.lab.clone(),
        chapter: rule.chapter.clone(),
    }
}

fn unseen(tree: &Tree, answer: &Answer, rules: &Rules) -> Vec<Unseen> {
    let mut all = tree.unseen.clone();
    let at = |source: &Source, line, why| Unseen {
        file: Some(source.file.clone()),
        line: Some(line),
        why,
    };
    for source in &tree.sources {
        let macros = source.scan.unread.iter();
        all.extend(
            macros.map(|(line, name)| at(source, *line, format!("`{name}!` was not understood"))),
        );
        let broken = source.allows.broken(|rule| rules.get(rule).is_some());
        all.extend(broken.into_iter().map(|(line, why)| at(source, line, why)));
    }
    let cfgs: usize = tree.sources.iter().map(|s| s.scan.cfgs).sum();
    if cfgs > 0 && answer.is_known() {
        let why = format!(
            "{cfgs} {} behind a cfg, where clippy may not have looked",
            plural(cfgs, "item is", "items are")
        );
        all.push(Unseen { file: None, line: None, why });
    }
    all
}
