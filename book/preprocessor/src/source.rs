//! Parts of a lab's files, as a page shows them.

use crate::problem::hint;

const BEGIN: &str = "// ANCHOR: ";
const END: &str = "// ANCHOR_END: ";

/// The part between `// ANCHOR: name` and `// ANCHOR_END: name`, or the whole file; moved to the left edge, without
/// anchors. What is missing or empty is an error in words.
pub(crate) fn part(text: &str, anchor: Option<&str>) -> Result<String, String> {
    let lines: Vec<&str> = match anchor {
        None => text.lines().collect(),
        Some(name) => between(text, name)?,
    };
    let kept: Vec<&str> = lines.into_iter().filter(|l| !is_anchor(l)).collect();
    let code = outdent(&kept).trim_matches('\n').to_owned();
    match code.trim().is_empty() {
        true => Err("there is nothing in it".into()),
        false => Ok(code + "\n"),
    }
}

fn between<'a>(text: &'a str, name: &str) -> Result<Vec<&'a str>, String> {
    let is = |line: &str, mark: &str| line.trim().strip_prefix(mark) == Some(name);
    let mut lines = text.lines().skip_while(|l| !is(l, BEGIN));
    if lines.next().is_none() {
        let known: Vec<&str> = text.lines().filter_map(|l| l.trim().strip_prefix(BEGIN)).collect();
        let there = if known.is_empty() {
            "it has none".to_owned()
        } else {
            format!("it has: {}", known.join(", "))
        };
        let hint = hint(name, known.iter().copied());
        return Err(format!("there is no line `{BEGIN}{name}`{hint}; {there}"));
    }
    let mut part = vec![];
    for line in lines {
        if is(line, END) {
            return Ok(part);
        }
        part.push(line);
    }
    Err(format!("`{BEGIN}{name}` is never closed; add the line `{END}{name}`"))
}

fn is_anchor(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(BEGIN) || line.starts_with(END)
}

fn outdent(lines: &[&str]) -> String {
    let indent = |l: &&&str| l.len() - l.trim_start().len();
    let least =
        lines.iter().filter(|l| !l.trim().is_empty()).map(|l| indent(&l)).min().unwrap_or(0);
    lines.iter().map(|l| l.get(least..).unwrap_or("").trim_end()).collect::<Vec<_>>().join("\n")
}

/// What a file's first `//!` lines say, and the rest of it.
pub(crate) fn heading(text: &str) -> (String, &str) {
    let (mut said, mut rest) = (vec![], text);
    while let Some(line) = rest.lines().next().filter(|l| l.starts_with("//!")) {
        said.push(line[3..].trim());
        rest = rest[line.len()..].strip_prefix('\n').unwrap_or("");
    }
    (said.join(" "), rest)
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
        assert!(part(FILE, Some("z")).unwrap_err().ends_with("it has: x, y, open, none"));
        assert!(part(FILE, Some("open")).unwrap_err().contains("never closed"));
        assert_eq!(part(FILE, Some("none")).unwrap_err(), "there is nothing in it");
        assert_eq!(part("\n", None).unwrap_err(), "there is nothing in it");
    }

    #[test]
    fn the_heading_comes_apart_from_the_code() {
        assert_eq!(heading("//! One\n//! two.\nuse x;\n"), ("One two.".into(), "use x;\n"));
        assert_eq!(heading("use x;\n"), (String::new(), "use x;\n"));
    }
}
