//! What a description must not say, whoever wrote the lab: it becomes forms, command lines and lines in terminals.

use crate::{Description, Knob, KnobKind};

impl Description {
    /// What is wrong with it, if anything: a sentence without its end.
    pub fn fault(&self) -> Option<String> {
        let variants: Vec<&str> = self.variants.iter().chain(&self.wrong).map(|v| &**v).collect();
        let knobs: Vec<&str> = self.knobs.iter().map(|knob| &*knob.name).collect();
        let texts = [&self.title].into_iter().chain(&self.crates).chain(&self.article);
        let none = variants.is_empty().then(|| "it has no variant".to_owned());
        none.or_else(|| names("variant", &variants))
            .or_else(|| names("knob", &knobs))
            .or_else(|| texts.map(|text| &**text).find_map(unprintable))
            .or_else(|| self.knobs.iter().find_map(Knob::fault))
    }
}

impl Knob {
    fn fault(&self) -> Option<String> {
        let fault = match &self.kind {
            KnobKind::Number { min, max, .. } if min > max => {
                Some(format!("its least value, {min}, is above its greatest, {max}"))
            }
            KnobKind::Number { min, max, default, grid, unit } => {
                let mut values = grid.iter().chain([default]);
                let beyond = values.find(|value| !(min..=max).contains(value));
                beyond
                    .map(|value| format!("{value} is not from {min} to {max}"))
                    .or_else(|| unprintable(unit))
            }
            KnobKind::Choice { choices, default } => {
                let values: Vec<&str> = choices.iter().map(|choice| &*choice.value).collect();
                let default = (!values.contains(&&**default))
                    .then(|| format!("its default, {default:?}, is no choice"));
                default
                    .or_else(|| names("choice", &values))
                    .or_else(|| choices.iter().find_map(|choice| unprintable(&choice.help)))
            }
        };
        fault
            .or_else(|| unprintable(&self.help))
            .map(|fault| format!("knob {}: {fault}", self.name))
    }
}

/// Each is there once, and none can be taken for an option or for two words.
fn names(what: &str, all: &[&str]) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.+".contains(&b);
    let bad = |name: &&&str| name.is_empty() || name.starts_with('-') || !name.bytes().all(plain);
    let bad = all.iter().find(bad).map(|name| format!("{name:?} is no name of a {what}"));
    let twice = || all.iter().enumerate().find(|(at, name)| all[..*at].contains(name));
    bad.or_else(|| twice().map(|(_, name)| format!("the {what} {name} is there twice")))
}

/// A terminal obeys control characters.
fn unprintable(text: &str) -> Option<String> {
    text.chars().any(char::is_control).then(|| format!("{text:?} holds a control character"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Clock, VERSION};

    fn lab(change: impl FnOnce(&mut Description)) -> Option<String> {
        let number =
            KnobKind::Number { unit: "ms".into(), min: 5, max: 9, default: 5, grid: vec![7] };
        let choices = ["a", "b"].map(|value| Choice { value: value.into(), help: "It is.".into() });
        let choice = KnobKind::Choice { choices: choices.into(), default: "a".into() };
        let knob = |name: &str, kind| Knob { name: name.into(), help: "It does.".into(), kind };
        let mut lab = Description {
            version: VERSION,
            slug: "a-lab".into(),
            title: "A line is lost".into(),
            crates: vec!["tokio".into()],
            article: vec![],
            clock: Clock::Paused,
            variants: vec!["buggy".into(), "fixed".into()],
            wrong: vec!["wrong-join".into()],
            knobs: vec![knob("tick", number), knob("case", choice)],
            needs: vec![],
        };
        change(&mut lab);
        lab.fault()
    }

    #[test]
    fn a_description_that_says_what_it_should_has_no_fault() {
        assert_eq!(lab(|_| {}), None);
    }

    #[test]
    fn what_cannot_be_typed_shown_or_met_is_named() {
        let number = |min, max, default| KnobKind::Number {
            unit: String::new(),
            min,
            max,
            default,
            grid: vec![],
        };
        let faults = [
            (
                lab(|l| l.knobs[0].kind = number(9, 5, 5)),
                "knob tick: its least value, 9, is above its greatest, 5",
            ),
            (lab(|l| l.knobs[0].kind = number(5, 9, 4)), "knob tick: 4 is not from 5 to 9"),
            (lab(|l| l.knobs[1].name = "tick".into()), "the knob tick is there twice"),
            (lab(|l| l.variants.push("fixed".into())), "the variant fixed is there twice"),
            (
                lab(|l| l.variants.push("--describe".into())),
                "\"--describe\" is no name of a variant",
            ),
            (
                lab(|l| {
                    l.variants.clear();
                    l.wrong.clear()
                }),
                "it has no variant",
            ),
            (
                lab(|l| l.title.push('\u{1b}')),
                "\"A line is lost\\u{1b}\" holds a control character",
            ),
            (
                lab(|l| l.knobs[0].help.push('\n')),
                "knob tick: \"It does.\\n\" holds a control character",
            ),
            (
                lab(|l| {
                    l.knobs[1].kind = KnobKind::Choice { choices: vec![], default: "a".into() }
                }),
                "knob case: its default, \"a\", is no choice",
            ),
        ];
        for (fault, wanted) in faults {
            assert_eq!(fault.as_deref(), Some(wanted));
        }
    }
}
