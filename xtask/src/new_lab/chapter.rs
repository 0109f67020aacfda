use super::wanted::Wanted;

/// Every block a chapter has, with the directives that show this lab. Of several cases the first is the chapter, and each
/// other one a folded section.
pub fn text(wanted: &Wanted, cases: &[&str]) -> String {
    let slug = &wanted.slug;
    let first = cases.first().copied().unwrap_or_default();
    let of = |open: &str, separator: &str| match first {
        "" => format!("{{{{#{open}}}}}"),
        case => format!("{{{{#{open}{separator}{case}}}}}"),
    };
    include_str!("chapter.md")
        .replace("{title}", &wanted.title)
        .replace("{code}", &of(&format!("code {slug}/buggy.rs"), ":"))
        .replace("{diff}", &of(&format!("diff {slug}"), " "))
        .replace("{relatives}", &relatives(cases.get(1..).unwrap_or_default()))
        .replace("{slug}", slug)
}

/// The folded sections, and what stands above them.
fn relatives(cases: &[&str]) -> String {
    if cases.is_empty() {
        return String::new();
    }
    let folds: Vec<String> =
        cases.iter().map(|case| include_str!("relative.md").replace("{case}", case)).collect();
    format!("## Relatives\n\nThey are values of the knob `case`.\n\n{}\n", folds.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cases: &[&str]) -> String {
        let line = ["slow-snail", "--part", "http", "--title", "It is slow"];
        text(&Wanted::read(&line.map(str::to_owned)).unwrap(), cases)
    }

    #[test]
    fn a_chapter_shows_each_case_of_its_lab() {
        let chapter = of(&["one", "two"]);
        for directive in [
            "# It is slow\n",
            "{{#lab slow-snail}}",
            "{{#code slow-snail/buggy.rs:one}}",
            "{{#code slow-snail/buggy.rs:two}}",
            "{{#run slow-snail buggy case=two}}",
            "{{#diff slow-snail two}}",
        ] {
            assert!(chapter.contains(directive), "{directive} is not in {chapter}");
        }
        assert!(!chapter.contains("case=one"), "the first case is the chapter: {chapter}");
    }

    #[test]
    fn a_lab_without_cases_is_shown_whole() {
        let chapter = of(&[]);
        assert!(chapter.contains("{{#code slow-snail/buggy.rs}}\n"), "{chapter}");
        assert!(chapter.contains("{{#diff slow-snail}}\n"), "{chapter}");
        assert!(!chapter.contains("<code>case"), "{chapter}");
        assert!(!chapter.contains("{slug}"), "{chapter}");
    }
}
