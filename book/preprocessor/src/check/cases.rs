//! A lab with several cases: the first is the chapter, and each other one a folded section with its own question and run.

use crate::{
    Problem,
    catalog::Catalog,
    directive::{Directive, Part, scan},
};
use labkit_wire::KnobKind;

/// The knob that tells one bug of a lab from another.
const KNOB: &str = "case";

/// What is wrong with a chapter's cases. A lab that cannot be asked is another check's problem.
pub(super) fn problems(catalog: &Catalog, file: &str, text: &str) -> Vec<Problem> {
    let (parts, _) = scan(text);
    let lab = directives(&parts).find(|d| d.name == "lab").and_then(|d| d.args.first().copied());
    let Some(about) = lab.and_then(|slug| catalog.lab(slug).ok()?.describe().ok()) else {
        return vec![];
    };
    let Some(KnobKind::Choice { choices, default }) = about.knob(KNOB).map(|knob| &knob.kind)
    else {
        return vec![];
    };
    let others = choices.iter().map(|c| c.value.as_str()).filter(|value| value != default);
    missing(&parts, others).into_iter().map(|what| Problem::file(file, what)).collect()
}

fn directives<'a>(parts: &'a [Part<'a>]) -> impl Iterator<Item = &'a Directive<'a>> {
    parts.iter().filter_map(|part| match part {
        Part::Directive(d) => Some(d),
        Part::Text(_) => None,
    })
}

/// A sentence for each of these cases that has no fold of its own.
fn missing<'a>(parts: &[Part<'_>], cases: impl Iterator<Item = &'a str>) -> Vec<String> {
    let folded = folds(parts);
    let has = |case: &str| {
        let run = format!("{KNOB}={case}");
        folded.iter().any(|fold| {
            let asked = fold.iter().position(|d| d.name == "predict");
            let runs = fold.iter().position(|d| d.name == "run" && d.args.contains(&run.as_str()));
            asked.zip(runs).is_some_and(|(asked, runs)| asked < runs)
        })
    };
    cases
        .filter(|case| !has(case))
        .map(|case| {
            format!(
                "the case {case} has no section; give it a <details> with its own {{{{#predict}}}} and, below, its {{{{#run … {KNOB}={case}}}}}"
            )
        })
        .collect()
}

/// The directives of each `<details>`.
fn folds<'a>(parts: &'a [Part<'a>]) -> Vec<Vec<&'a Directive<'a>>> {
    let (mut all, mut open) = (vec![], false);
    for part in parts {
        match part {
            Part::Text(text) => {
                for line in text.lines() {
                    if line.starts_with("<details") {
                        open = true;
                        all.push(vec![]);
                    }
                    open &= !line.starts_with("</details");
                }
            }
            Part::Directive(d) if open => all.last_mut().into_iter().for_each(|fold| fold.push(d)),
            Part::Directive(_) => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_has_a_fold_with_its_question_above_its_run() {
        let fold = |inside: &str| format!("<details>\n\n{inside}\n\n</details>\n");
        let (ask, run) =
            ("{{#predict a}}\n\n- [x] b :: c\n\n{{/predict}}", "{{#run lab buggy case=two}}");
        let wrong = |text: &str| missing(&scan(text).0, ["two"].into_iter()).len();
        assert_eq!(wrong(&fold(&format!("{ask}\n\n{run}"))), 0);
        assert_eq!(wrong(&fold(&format!("{run}\n\n{ask}"))), 1, "the run tells before it is asked");
        assert_eq!(wrong(&format!("{ask}\n\n{run}")), 1, "not folded");
        assert_eq!(wrong(&(fold(ask) + &fold(run))), 1, "the question is another's");
    }
}
