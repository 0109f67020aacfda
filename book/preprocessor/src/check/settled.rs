//! A prediction must not be judged by a run that it is not about.

use crate::{
    Problem,
    directive::{Directive, Part, scan},
};

/// The section whose questions are about knobs.
const KNOBS: &str = "## Turn a knob";

/// A prediction about a knob names the runs that settle it: otherwise the first run at the defaults does.
pub(super) fn problems(file: &str, text: &str) -> Vec<Problem> {
    let lines: Vec<&str> = text.lines().collect();
    let about_a_knob = |d: &Directive<'_>| {
        let above = lines[..d.line].iter().rev().find(|line| line.starts_with("## "));
        above.is_some_and(|heading| *heading == KNOBS)
    };
    let (parts, _) = scan(text);
    predictions(&parts)
        .filter(|d| about_a_knob(d) && !d.args.iter().any(|word| word.contains('=')))
        .map(|d| Problem {
            file: file.to_owned(),
            line: d.line,
            what: format!(
                "predicts what a knob does, and any run would settle it; write {{{{#predict {} <knob>=<value>}}}} or around=<knob>:<value>",
                d.args.first().copied().unwrap_or_default()
            ),
        })
        .collect()
}

fn predictions<'a>(parts: &'a [Part<'a>]) -> impl Iterator<Item = &'a Directive<'a>> {
    parts.iter().filter_map(|part| match part {
        Part::Directive(d) if d.name == "predict" => Some(d),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapter(directive: &str, right: &str) -> String {
        format!(
            "# A\n\n## Turn a knob\n\n{directive}\n\nHow?\n\n- [ ] So it is. :: No.\n- [x] {right} :: Yes.\n- [ ] Not sure. :: Run it.\n\n{{{{/predict}}}}\n"
        )
    }

    #[test]
    fn a_prediction_about_a_knob_says_which_runs_settle_it() {
        for good in ["{{#predict a tick=3}}", "{{#predict a around=tick:3}}"] {
            assert_eq!(problems("a.md", &chapter(good, "Thus.")).len(), 0, "{good}");
        }
        let found = problems("a.md", &chapter("{{#predict a}}", "Thus."));
        assert_eq!(found.len(), 1);
        assert!(
            found[0].to_string().starts_with("a.md:5: predicts what a knob does"),
            "{}",
            found[0]
        );
    }

    #[test]
    fn a_prediction_elsewhere_is_settled_by_the_run_below_it() {
        let text = chapter("{{#predict a}}", "Thus.").replace(KNOBS, "## Predict, then run");
        assert_eq!(problems("a.md", &text).len(), 0);
    }
}
