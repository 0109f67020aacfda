use super::Complaint;
use labkit_wire::Value;
use std::{collections::BTreeMap, path::PathBuf};

/// What stands after the name of a lab: a variant, and knobs nobody but the lab knows.
#[derive(Debug, Default, PartialEq)]
pub struct Typed {
    pub variant: Option<String>,
    pub knobs: BTreeMap<String, Value>,
    pub record: Option<PathBuf>,
}

impl Typed {
    /// Both `--knob value` and `--knob=value`.
    pub fn parse(rest: &[String]) -> Result<Self, Complaint> {
        let (mut typed, mut rest) = (Self::default(), rest.iter());
        while let Some(arg) = rest.next() {
            let Some(name) = arg.strip_prefix("--") else {
                typed.set_variant(arg)?;
                continue;
            };
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, rest.next().cloned()),
            };
            typed.set(name, value.ok_or_else(|| no_value(name))?);
        }
        Ok(typed)
    }

    fn set(&mut self, name: &str, value: String) {
        match name {
            "record" => self.record = Some(value.into()),
            _ => drop(self.knobs.insert(name.to_owned(), Value::Word(value))),
        }
    }

    fn set_variant(&mut self, arg: &str) -> Result<(), Complaint> {
        match self.variant.replace(arg.to_owned()) {
            None => Ok(()),
            Some(first) => {
                Err(Complaint::usage(format!("Two variants were given, {first:?} and {arg:?}."))
                    .so("name one, then knobs: still-running run <slug> buggy --<knob> <value>"))
            }
        }
    }
}

fn no_value(name: &str) -> Complaint {
    Complaint::usage(format!("--{name} was given no value."))
        .so(format!("say which: --{name} <value>. The knobs of each lab: still-running list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Option<Typed> {
        let rest: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        Typed::parse(&rest).ok()
    }

    #[test]
    fn knobs_may_come_in_any_order_and_both_ways() {
        let typed = parse("--tick 5 fixed --case=a --record x.cast").unwrap();
        assert_eq!(typed.variant.as_deref(), Some("fixed"));
        assert_eq!(
            typed.knobs.into_iter().collect::<Vec<_>>(),
            [("case".into(), Value::Word("a".into())), ("tick".into(), Value::Word("5".into()))]
        );
        assert_eq!(typed.record, Some("x.cast".into()));
    }

    #[test]
    fn half_a_knob_and_two_variants_are_refused() {
        assert!(parse("buggy --tick").is_none() && parse("buggy fixed").is_none());
    }
}
