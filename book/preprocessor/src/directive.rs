//! Finds `{{#name args}}` in a chapter: each on a line of its own, outside code.

use crate::problem::hint;

/// What a chapter may say.
pub(crate) const KNOWN: [&str; 14] = [
    "lab", "code", "run", "knobs", "diff", "timeline", "compare", "landing", "messages", "paste",
    "path", "predict", "saw", "check",
];
/// Those that hold text up to `{{/name}}`.
pub(crate) const BLOCKS: [&str; 3] = ["predict", "saw", "check"];
/// mdBook's own; they are left to it.
const MDBOOK: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];

/// A piece of a chapter.
#[derive(Debug, PartialEq)]
pub(crate) enum Part<'a> {
    /// Markdown, as it was, with its line ends.
    Text(&'a str),
    Directive(Directive<'a>),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Directive<'a> {
    pub line: usize,
    pub name: &'a str,
    pub args: Vec<&'a str>,
    /// What stands between `{{#predict …}}` and `{{/predict}}`.
    pub body: &'a str,
}

/// Line, and what is wrong there.
pub(crate) type Wrong = (usize, String);

/// Cuts a chapter into text and directives.
pub(crate) fn scan(text: &str) -> (Vec<Part<'_>>, Vec<Wrong>) {
    let mut scan = Scan { parts: vec![], wrong: vec![] };
    let mut lines = Lines { text, at: 0, number: 0 };
    let mut fence: Option<&str> = None;
    while let Some((number, start, line)) = lines.next() {
        fence = next_fence(fence, line);
        if fence.is_some() {
            scan.text(text, start, lines.at);
            continue;
        }
        match read(line) {
            Found::Nothing => scan.text(text, start, lines.at),
            Found::Wrong(why) => scan.wrong.push((number, why)),
            Found::Directive(name, args) if BLOCKS.contains(&name) => {
                let body_start = lines.at;
                match lines.until(name) {
                    Some(end) => {
                        let body = &text[body_start..end];
                        scan.parts.push(Part::Directive(Directive { line: number, name, args, body }));
                    }
                    None => scan.wrong.push((
                        number,
                        format!("{{{{#{name}}}}} is never closed; end it with {{{{/{name}}}}} on a line of its own"),
                    )),
                }
            }
            Found::Directive(name, args) => {
                scan.parts.push(Part::Directive(Directive { line: number, name, args, body: "" }));
            }
        }
    }
    (scan.parts, scan.wrong)
}

struct Scan<'a> {
    parts: Vec<Part<'a>>,
    wrong: Vec<Wrong>,
}

impl<'a> Scan<'a> {
    /// Adds text, joined to the text before it.
    fn text(&mut self, all: &'a str, start: usize, end: usize) {
        if let Some(Part::Text(before)) = self.parts.last_mut() {
            let from = before.as_ptr() as usize - all.as_ptr() as usize;
            if from + before.len() == start {
                *before = &all[from..end];
                return;
            }
        }
        self.parts.push(Part::Text(&all[start..end]));
    }
}

/// The lines of a text, each with its number and where it starts.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<(usize, usize, &'a str)> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let length = rest.find('\n').map_or(rest.len(), |i| i + 1);
        let start = self.at;
        (self.at, self.number) = (start + length, self.number + 1);
        Some((self.number, start, &rest[..length]))
    }

    /// Skips to behind `{{/name}}`; gives where that line starts. Where there is none, nothing is skipped.
    fn until(&mut self, name: &str) -> Option<usize> {
        let (at, number) = (self.at, self.number);
        while let Some((_, start, line)) = self.next() {
            if line.trim().strip_prefix("{{/").and_then(|l| l.strip_suffix("}}")) == Some(name) {
                return Some(start);
            }
        }
        (self.at, self.number) = (at, number);
        None
    }
}

/// The fence that code stands in after this line. Its closing line counts as code.
fn next_fence<'a>(open: Option<&'a str>, line: &'a str) -> Option<&'a str> {
    let trimmed = line.trim();
    let marks = trimmed.len() - trimmed.trim_start_matches(['`', '~']).len();
    let fence = &trimmed[..marks];
    match open {
        None if marks >= 3 => Some(fence),
        // A line that closes it: the same mark, at least as long, nothing else.
        Some(o) if marks >= o.len() && trimmed.len() == marks && fence.starts_with(o) => None,
        other => other,
    }
}

enum Found<'a> {
    Nothing,
    Wrong(String),
    Directive(&'a str, Vec<&'a str>),
}

fn read(line: &str) -> Found<'_> {
    let Some(start) = line.find("{{#").or_else(|| line.find("{{/")) else { return Found::Nothing };
    let escaped = line[..start].ends_with('\\');
    let in_code = line[..start].matches('`').count() % 2 == 1;
    let Some(inner) = line[start + 3..].find("}}").map(|end| &line[start + 3..start + 3 + end])
    else {
        return Found::Nothing;
    };
    let mut words = inner.split_whitespace();
    let name = words.next().unwrap_or_default();
    if escaped || in_code || MDBOOK.contains(&name) {
        return Found::Nothing;
    }
    if line[start..].starts_with("{{/") {
        return Found::Wrong(format!(
            "{{{{/{name}}}}} closes nothing; remove it, or open it with {{{{#{name} …}}}}"
        ));
    }
    if !KNOWN.contains(&name) {
        let known = KNOWN.join(", ");
        return Found::Wrong(format!(
            "unknown directive {{{{#{name}}}}}{}; there are: {known}. To show it as text, write \\{{{{#{name}}}}}",
            hint(name, KNOWN)
        ));
    }
    if line.trim() != line[start..start + 3 + inner.len() + 2].trim() {
        return Found::Wrong(format!("{{{{#{name}}}}} must stand on a line of its own"));
    }
    Found::Directive(name, words.collect())
}

/// What stood as `name=value` in a directive.
type Options<'a> = Vec<(&'a str, &'a str)>;

impl Directive<'_> {
    /// Exactly these arguments, by name, and optional ones as `name=value`.
    pub fn take<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<([&str; N], Options<'_>), String> {
        let (options, plain): (Vec<&str>, Vec<&str>) =
            self.args.iter().partition(|a| a.contains('='));
        let usage = || {
            let names: Vec<String> = names.iter().map(|n| format!("<{n}>")).collect();
            format!("write {{{{#{} {}}}}}", self.name, names.join(" "))
        };
        let plain: [&str; N] = plain.try_into().map_err(|_| usage())?;
        Ok((plain, options.into_iter().filter_map(|o| o.split_once('=')).collect()))
    }

    /// As [`Directive::take`], where no option makes sense.
    pub fn only<const N: usize>(&self, names: [&str; N]) -> Result<[&str; N], String> {
        match self.take(names)? {
            (args, options) if options.is_empty() => Ok(args),
            (_, options) => Err(format!("takes no {}=…", options[0].0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(usize, &str, Vec<&str>)> {
        let (parts, wrong) = scan(text);
        assert_eq!(wrong, []);
        parts
            .into_iter()
            .filter_map(|p| match p {
                Part::Directive(d) => Some((d.line, d.name, d.args)),
                Part::Text(_) => None,
            })
            .collect()
    }

    fn wrong(text: &str) -> (usize, String) {
        let (_, mut wrong) = scan(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong.remove(0)
    }

    #[test]
    fn a_directive_has_its_line_and_its_words() {
        assert_eq!(
            names("# A\n\n{{#run lost-line buggy tick=20}}\n\ntext\n  {{#lab lost-line}}  \n"),
            [(3, "run", vec!["lost-line", "buggy", "tick=20"]), (6, "lab", vec!["lost-line"])]
        );
    }

    #[test]
    fn code_and_what_is_escaped_and_what_is_mdbooks_stay_as_they_are() {
        let text = "```md\n{{#run x y}}\n```\nuse `{{#run x y}}` or \\{{#run x y}}\n{{#include a.md}}\n~~~\n```\n{{#nope}}\n~~~\n";
        assert_eq!(scan(text), (vec![Part::Text(text)], vec![]));
    }

    #[test]
    fn a_question_has_its_body() {
        let (parts, wrong) = scan("a\n{{#predict p}}\nWhy?\n\n- [ ] x :: y\n{{/predict}}\nb\n");
        assert_eq!(wrong, []);
        let [Part::Text("a\n"), Part::Directive(d), Part::Text("b\n")] = &parts[..] else {
            panic!("{parts:?}")
        };
        assert_eq!((d.name, d.body), ("predict", "Why?\n\n- [ ] x :: y\n"));
    }

    #[test]
    fn what_is_wrong_names_its_line_and_the_way_out() {
        assert_eq!(wrong("\n{{#rnu a b}}\n").0, 2);
        assert!(wrong("{{#rnu a b}}").1.contains("did you mean run?"));
        assert!(wrong("see {{#run a b}} here").1.contains("a line of its own"));
        assert!(wrong("{{#predict a}}\ntext").1.contains("never closed"));
        assert!(wrong("{{/predict}}").1.contains("closes nothing"));
    }
}
