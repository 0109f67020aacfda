//! Stretches of a source file between `// ANCHOR: name` and `// ANCHOR_END: name`. They may lie in one another.

use std::{collections::BTreeMap, fmt};

const BEGIN: &str = "// ANCHOR: ";
const END: &str = "// ANCHOR_END: ";

/// A line of a file, as far as anchors go.
enum Line<'a> {
    Begin(&'a str),
    End(&'a str),
    Code(&'a str),
}

/// Why there is no such stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// No line begins it; these are begun.
    Begin {
        /// What was asked for.
        name: String,
        /// What the file has.
        known: Vec<String>,
    },
    /// It begins and does not end.
    End {
        /// What was asked for.
        name: String,
    },
    /// There is nothing in it, or nothing in the file.
    Empty,
}

impl Missing {
    /// The names that might have been meant.
    pub fn known(&self) -> &[String] {
        if let Self::Begin { known, .. } = self { known } else { &[] }
    }
}

/// A stretch, or the whole file; moved to the left edge, without anchors.
///
/// # Errors
/// What is not there, or is empty.
pub fn part(text: &str, name: Option<&str>) -> Result<String, Missing> {
    let lines = match name {
        None => lines(text).collect(),
        Some(name) => between(text, name)?,
    };
    let code: Vec<&str> = lines.iter().filter_map(Line::code).collect();
    let code = outdent(&code).trim_matches('\n').to_owned();
    if code.trim().is_empty() { Err(Missing::Empty) } else { Ok(code + "\n") }
}

/// The names of all stretches, in the order of the file.
pub fn names(text: &str) -> Vec<&str> {
    let begun = |line| if let Line::Begin(name) = line { Some(name) } else { None };
    lines(text).filter_map(begun).collect()
}

/// The file cut into its stretches, by name, and what stands outside all of them, under no name.
pub fn split(text: &str) -> BTreeMap<Option<&str>, String> {
    let (mut parts, mut open) = (BTreeMap::new(), vec![]);
    for line in lines(text) {
        match line {
            Line::Begin(name) => open.push(name),
            Line::End(name) => open.retain(|other| *other != name),
            Line::Code(code) => {
                let part: &mut String = parts.entry(open.last().copied()).or_default();
                part.extend([code, "\n"]);
            }
        }
    }
    parts
}

/// What a file's first `//!` lines say, and the rest of it.
pub fn heading(text: &str) -> (String, &str) {
    let (mut said, mut rest) = (vec![], text);
    while let Some(line) = rest.lines().next().filter(|l| l.starts_with("//!")) {
        said.push(line[3..].trim());
        rest = rest[line.len()..].strip_prefix('\n').unwrap_or("");
    }
    (said.join(" "), rest)
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let bare = line.trim();
        match (bare.strip_prefix(BEGIN), bare.strip_prefix(END)) {
            (Some(name), _) => Self::Begin(name),
            (_, Some(name)) => Self::End(name),
            _ => Self::Code(line),
        }
    }

    fn code(&self) -> Option<&'a str> {
        if let Self::Code(code) = self { Some(code) } else { None }
    }
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().map(Line::of)
}

fn between<'a>(text: &'a str, wanted: &str) -> Result<Vec<Line<'a>>, Missing> {
    let mut lines = lines(text);
    if !lines.any(|line| matches!(line, Line::Begin(name) if name == wanted)) {
        let known = names(text).into_iter().map(str::to_owned).collect();
        return Err(Missing::Begin { name: wanted.to_owned(), known });
    }
    let mut part = vec![];
    for line in lines {
        if matches!(line, Line::End(name) if name == wanted) {
            return Ok(part);
        }
        part.push(line);
    }
    Err(Missing::End { name: wanted.to_owned() })
}

fn outdent(lines: &[&str]) -> String {
    let written = lines.iter().filter(|l| !l.trim().is_empty());
    let least = written.map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    lines.iter().map(|l| l.get(least..).unwrap_or("").trim_end()).collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin { name, known } if known.is_empty() => {
                write!(f, "there is no line `{BEGIN}{name}`; it has none")
            }
            Self::Begin { name, known } => {
                write!(f, "there is no line `{BEGIN}{name}`; it has: {}", known.join(", "))
            }
            Self::End { name } => {
                write!(f, "`{BEGIN}{name}` is never closed; add the line `{END}{name}`")
            }
            Self::Empty => f.write_str("there is nothing in it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "//! Title.\nfn a() {\n    // ANCHOR: x\n    let b = 1;\n    // ANCHOR: y\n    if b {\n        c\n    }\n    // ANCHOR_END: y\n    // ANCHOR_END: x\n    // ANCHOR: open\n}\n// ANCHOR: none\n// ANCHOR_END: none\n";

    #[test]
    fn a_part_stands_at_the_left_edge_without_anchors() {
        assert_eq!(part(FILE, Some("x")).unwrap(), "let b = 1;\nif b {\n    c\n}\n");
        assert!(!part(FILE, None).unwrap().contains("ANCHOR"));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let said = |name| part(FILE, name).unwrap_err().to_string();
        assert!(said(Some("z")).ends_with("it has: x, y, open, none"), "{}", said(Some("z")));
        assert!(said(Some("open")).contains("never closed"));
        assert_eq!(said(Some("none")), "there is nothing in it");
        assert_eq!(part("\n", None).unwrap_err(), Missing::Empty);
    }

    #[test]
    fn a_file_comes_apart_into_its_stretches_and_the_rest() {
        let file =
            "a\n// ANCHOR: x\nb\n// ANCHOR: y\nc\n// ANCHOR_END: y\nd\n// ANCHOR_END: x\ne\n";
        let parts = split(file);
        assert_eq!(names(file), ["x", "y"]);
        assert_eq!((&*parts[&Some("x")], &*parts[&Some("y")]), ("b\nd\n", "c\n"));
        assert_eq!(parts[&None], "a\ne\n");
    }

    #[test]
    fn the_heading_comes_apart_from_the_code() {
        assert_eq!(heading("//! One\n//! two.\nuse x;\n"), ("One two.".into(), "use x;\n"));
        assert_eq!(heading("use x;\n"), (String::new(), "use x;\n"));
    }
}
