//! `// still-running: allow(rule): reason`, on the line or above the statement.

use std::collections::HashMap;

const MARK: &str = "still-running: allow(";

/// A file's exceptions, by line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allows {
    by_line: HashMap<usize, Allow>,
    /// For each line, whether a statement ends there.
    ends: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Allow {
    rules: Vec<String>,
    has_reason: bool,
}

impl Allows {
    pub(crate) fn of(text: &str) -> Self {
        if !text.contains(MARK) {
            return Self::default();
        }
        let by_line = text.lines().enumerate().filter_map(|(k, l)| Some((k + 1, allow(l)?)));
        Self { by_line: by_line.collect(), ends: text.lines().map(ends).collect() }
    }

    /// Whether this rule is allowed in this line, with a reason.
    pub(crate) fn has(&self, rule: &str, line: usize) -> bool {
        self.above(line).any(|a| a.has_reason && a.rules.iter().any(|r| r == rule))
    }

    /// From the line up to where its statement begins, and the comment above that.
    fn above(&self, line: usize) -> impl Iterator<Item = &Allow> {
        let ended = |line: usize| self.ends.get(line.wrapping_sub(1)).copied().unwrap_or(true);
        let first = (1..line).rev().find(|l| ended(*l)).unwrap_or(0);
        (first + 1..=line).rev().filter_map(|l| self.by_line.get(&l))
    }

    /// Those that name no reason, or a rule there is not: the line, and what is wrong.
    pub(crate) fn broken(&self, exists: impl Fn(&str) -> bool) -> Vec<(usize, String)> {
        let mut all = vec![];
        for (line, allow) in &self.by_line {
            if !allow.has_reason {
                let why = "an allow without a reason allows nothing; write `// still-running: allow(rule): why`";
                all.push((*line, why.to_owned()));
            }
            let unknown = allow.rules.iter().filter(|rule| !exists(rule));
            all.extend(unknown.map(|rule| (*line, format!("there is no rule `{rule}` to allow"))));
        }
        all.sort();
        all
    }
}

fn allow(line: &str) -> Option<Allow> {
    let (_, comment) = line.split_once("//")?;
    let (_, rest) = comment.split_once(MARK)?;
    let (rules, reason) = rest.split_once(')')?;
    let rules = rules.split(',').map(|rule| rule.trim().to_owned()).collect();
    let has_reason = reason.strip_prefix(':').is_some_and(|r| !r.trim().is_empty());
    Some(Allow { rules, has_reason })
}

/// Whether what follows this line is another statement. A comment belongs to what follows.
fn ends(line: &str) -> bool {
    let code = line.trim();
    let comment = code.starts_with("//");
    let code = code.split(" //").next().unwrap_or(code).trim_end();
    !comment && (code.is_empty() || code.ends_with([';', '{', '}']))
}

#[cfg(test)]
mod tests {
    use super::Allows;

    #[test]
    fn an_allow_needs_a_reason_and_covers_its_statement_alone() {
        let text = "// still-running: allow(a-rule, b-rule): it is meant\nlet x = y\n    .call();\nlet z = 1;\n\
                    w(); // still-running: allow(a-rule)\n";
        let allows = Allows::of(text);
        assert!(allows.has("a-rule", 2) && allows.has("b-rule", 3));
        assert!(!allows.has("a-rule", 4) && !allows.has("c-rule", 3) && !allows.has("a-rule", 5));
        let broken = allows.broken(|rule| rule == "a-rule");
        assert_eq!(broken.iter().map(|b| b.0).collect::<Vec<_>>(), [1, 5]);
    }
}
