use std::collections::HashMap;

/// The order of the book: where SUMMARY.md first mentions a lab's chapter. Others follow, by name.
#[derive(Debug, Clone, Default)]
pub struct Contents(HashMap<String, usize>);

/// A part of the book.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Where its chapters are, below `book/src`.
    pub folder: &'a str,
    /// What stands above them, should they be the first.
    pub heading: &'a str,
}

impl Contents {
    /// Those of a SUMMARY.md.
    pub fn of(summary: &str) -> Self {
        let mut ranks = HashMap::new();
        for (at, _) in summary.match_indices(".md") {
            let start = summary[..at].rfind(['/', '(', '<']).map_or(0, |i| i + 1);
            let next = ranks.len();
            ranks.entry(summary[start..at].to_owned()).or_insert(next);
        }
        Self(ranks)
    }

    /// Those of a list of slugs, one a line.
    pub fn listed(slugs: &str) -> Self {
        Self(slugs.lines().enumerate().map(|(rank, slug)| (slug.trim().to_owned(), rank)).collect())
    }

    /// What labs are sorted by.
    pub fn rank(&self, slug: &str) -> (usize, String) {
        (self.0.get(slug).copied().unwrap_or(usize::MAX), slug.to_owned())
    }
}

impl Part<'_> {
    /// SUMMARY.md with one more chapter at the end of this part; where the part has none yet, it is made the last one.
    pub fn with_chapter(&self, summary: &str, title: &str, slug: &str) -> String {
        let Self { folder, heading } = self;
        let link = format!("[{title}]({folder}/{slug}.md)");
        let last = summary.lines().rfind(|line| line.contains(&format!("]({folder}/")));
        let Some(last) = last else {
            // What stands behind a line is no chapter of any part.
            let (parts, rest) = summary.split_once("\n---\n").unwrap_or((summary, ""));
            let rest = if rest.is_empty() { String::new() } else { format!("\n---\n{rest}") };
            return format!("{}\n\n# {heading}\n\n- {link}\n{rest}", parts.trim_end());
        };
        let indent = &last[..last.len() - last.trim_start().len()];
        // The first chapter of a part may hold the others.
        let holds_others = indent.is_empty() && last.contains(&format!("]({folder}/index.md)"));
        let indent = if holds_others { "    " } else { indent };
        summary.replacen(last, &format!("{last}\n{indent}- {link}"), 1)
    }

    /// The page of this part with one more lab in its list: below the last one, in the list's own form. A page without such a
    /// list stays as it is.
    pub fn with_row(&self, index: &str, title: &str, slug: &str) -> String {
        let link = format!("[`{slug}`]({slug}.md)");
        let is_row = |line: &&str| line.starts_with("| [`") || line.starts_with("- [`");
        let Some(last) = index.lines().rfind(is_row) else { return index.to_owned() };
        let row = match last.starts_with('|') {
            true => format!("| {link} | {title}. |"),
            false => format!("- {link}: {}.", small(title)),
        };
        index.replacen(last, &format!("{last}\n{row}"), 1)
    }
}

/// A sentence as it stands behind a colon: its first word small, unless that is an acronym or a single letter.
fn small(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(sentence.chars().skip(1)).collect()
        }
        (Some('A'), Some(' ')) => format!("a{}", &sentence[1..]),
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "# Summary\n\n[Start](index.md)\n\n# Tasks and futures\n\n- [Drop](tasks/index.md)\n    - [A line](tasks/second.md)\n\n# HTTP\n\n- [All](http/index.md)\n\n# Data\n\n- [y](databases/first.md)\n\n---\n\n[Glossary](glossary.md)\n";

    fn labs(summary: &str) -> Vec<String> {
        summary
            .lines()
            .filter(|l| l.contains("](") || l.starts_with('#'))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn labs_stand_in_the_order_of_the_book_and_the_rest_by_name() {
        let contents = Contents::of(SUMMARY);
        let mut slugs = ["unknown-b", "first", "unknown-a", "second"];
        slugs.sort_by_key(|slug| contents.rank(slug));
        assert_eq!(slugs, ["second", "first", "unknown-a", "unknown-b"]);
    }

    #[test]
    fn a_lab_comes_last_in_the_list_of_its_part_and_in_its_form() {
        let part = Part { folder: "http", heading: "HTTP" };
        for (index, row) in [
            (
                "# T\n\n| lab | seen |\n|---|---|\n| [`a`](a.md) | It hangs. |\n\nEnd.\n",
                "| [`b`](b.md) | A log lies. |",
            ),
            (
                "# T\n\n- [`a`](a.md): it hangs.\n\n[`a`](a.md) first.\n",
                "- [`b`](b.md): a log lies.",
            ),
        ] {
            let new = part.with_row(index, "A log lies", "b");
            let lines: Vec<&str> = new.lines().collect();
            let at = lines.iter().position(|line| *line == row).unwrap_or_else(|| panic!("{new}"));
            assert!(lines[at - 1].contains("[`a`](a.md)"), "{new}");
        }
        assert_eq!(part.with_row("# T\n", "A log lies", "b"), "# T\n");
        assert_eq!(
            (small("TLS hangs"), small("It hangs")),
            ("TLS hangs".into(), "it hangs".into())
        );
    }

    #[test]
    fn a_chapter_comes_last_in_its_part() {
        for (folder, line, before) in [
            ("tasks", "    - [T](tasks/new.md)", "    - [A line](tasks/second.md)"),
            ("http", "    - [T](http/new.md)", "- [All](http/index.md)"),
            ("databases", "- [T](databases/new.md)", "- [y](databases/first.md)"),
            ("grpc", "- [T](grpc/new.md)", "# gRPC"),
        ] {
            let new = Part { folder, heading: "gRPC" }.with_chapter(SUMMARY, "T", "new");
            let lines = labs(&new);
            let at = lines.iter().position(|l| l == line).unwrap_or_else(|| panic!("{new}"));
            assert_eq!(lines[at - 1], before, "{new}");
            assert!(new.ends_with("\n\n---\n\n[Glossary](glossary.md)\n"), "{new}");
        }
    }
}
