use crate::text::whole;
use crate::{Description, Knob, KnobKind};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Knob values, each checked against its declaration; what is not set is at its default. A handful, in the order of
/// their names: a list is as good as a map, and in wasm it is much smaller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Value>", into = "BTreeMap<String, Value>")]
pub struct Values(Vec<(String, Value)>);

/// The value of one knob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Of a knob of numbers, in its unit.
    Number(u64),
    /// Of a knob of words; or what was typed, before it is checked.
    Word(String),
}

/// Why a knob was refused. Its text is meant for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnobError {
    /// Its name, as it was given.
    pub knob: String,
    /// A sentence that names the values that are allowed.
    pub why: String,
}

impl Values {
    /// The defaults of every knob a lab declares.
    pub fn defaults(lab: &Description) -> Self {
        let mut values = Self::default();
        lab.knobs.iter().for_each(|k| values.insert(k.name.clone(), k.default_value()));
        values
    }

    /// Sets one knob from what somebody typed, or says what is allowed.
    pub fn set(&mut self, lab: &Description, name: &str, typed: &str) -> Result<(), KnobError> {
        let Some(knob) = lab.knob(name) else { return Err(unknown(lab, name)) };
        self.insert(knob.name.clone(), knob.parse(typed)?);
        Ok(())
    }

    /// Sets one knob to a value that a program sent, or says what is allowed.
    pub fn put(&mut self, lab: &Description, name: &str, value: &Value) -> Result<(), KnobError> {
        let Some(knob) = lab.knob(name) else { return Err(unknown(lab, name)) };
        self.insert(knob.name.clone(), knob.admit(value)?);
        Ok(())
    }

    pub(crate) fn insert(&mut self, name: String, value: Value) {
        match self.place(&name) {
            Ok(i) => self.0[i].1 = value,
            Err(i) => self.0.insert(i, (name, value)),
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.as_str().cmp(name))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.place(name).ok().map(|i| &self.0[i].1)
    }

    /// A number's value; the knob must be declared as one.
    pub fn number(&self, name: &str) -> u64 {
        match self.get(name) {
            Some(Value::Number(n)) => *n,
            other => panic!("knob {name} is not a number but {other:?}"),
        }
    }

    /// A choice's value; the knob must be declared as one.
    pub fn word(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Word(w)) => w,
            other => panic!("knob {name} is not a choice but {other:?}"),
        }
    }

    /// Every knob with its value as one would type it, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.to_string()))
    }
}

impl From<BTreeMap<String, Value>> for Values {
    fn from(map: BTreeMap<String, Value>) -> Self {
        Self(map.into_iter().collect())
    }
}

impl From<Values> for BTreeMap<String, Value> {
    fn from(values: Values) -> Self {
        values.0.into_iter().collect()
    }
}

impl Knob {
    fn default_value(&self) -> Value {
        match &self.kind {
            KnobKind::Number { default, .. } => Value::Number(*default),
            KnobKind::Choice { default, .. } => Value::Word(default.clone()),
        }
    }

    /// A value in range as it is; one of the other kind as if it had been typed.
    fn admit(&self, value: &Value) -> Result<Value, KnobError> {
        match (&self.kind, value) {
            (KnobKind::Number { min, max, .. }, Value::Number(n)) if (min..=max).contains(&n) => {
                Ok(value.clone())
            }
            (_, Value::Word(word)) => self.parse(word),
            (_, Value::Number(number)) => self.parse(&number.to_string()),
        }
    }

    /// Reads what somebody typed, or says what is allowed.
    pub fn parse(&self, typed: &str) -> Result<Value, KnobError> {
        let value = match &self.kind {
            KnobKind::Number { min, max, .. } => {
                whole(typed).filter(|n| (min..=max).contains(&n)).map(Value::Number)
            }
            KnobKind::Choice { choices, .. } => {
                choices.iter().find(|c| c.value == typed).map(|c| Value::Word(c.value.clone()))
            }
        };
        value.ok_or_else(|| KnobError {
            knob: self.name.clone(),
            why: format!("{} is {}; {} is not", self.name, self.allowed(), quote(typed)),
        })
    }
}

fn unknown(lab: &Description, name: &str) -> KnobError {
    let known: Vec<_> = lab.knobs.iter().map(|k| k.name.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    KnobError {
        knob: shorten(name),
        why: format!("{} has no knob {}; its knobs are: {known}", lab.slug, quote(name)),
    }
}

/// What somebody typed, fit to be shown back: printable, and never longer than a line.
fn quote(typed: &str) -> String {
    let shown = shorten(typed);
    let mut printable = String::from('"');
    for c in shown.chars() {
        printable.push(if c.is_control() { '\u{fffd}' } else { c });
    }
    printable + "\""
}

fn shorten(typed: &str) -> String {
    let mut short: String = typed.chars().take(40).collect();
    if short.len() < typed.len() {
        short.push('…');
    }
    short
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => n.fmt(f),
            Self::Word(w) => w.fmt(f),
        }
    }
}

impl fmt::Display for KnobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for KnobError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Clock, VERSION};

    fn lab() -> Description {
        let choice = |v: &str| Choice { value: v.into(), help: String::new() };
        let number =
            KnobKind::Number { unit: "ms".into(), min: 5, max: 500, default: 35, grid: vec![] };
        let word = KnobKind::Choice {
            choices: vec![choice("auto"), choice("sqlite")],
            default: "auto".into(),
        };
        Description {
            version: VERSION,
            slug: "a-lab".into(),
            title: String::new(),
            crates: vec![],
            article: vec![],
            clock: Clock::Paused,
            variants: vec!["buggy".into(), "fixed".into()],
            knobs: vec![
                Knob { name: "tick".into(), help: String::new(), kind: number },
                Knob { name: "database".into(), help: String::new(), kind: word },
            ],
            wrong: vec![],
            needs: vec![],
        }
    }

    fn set(name: &str, typed: &str) -> Result<Values, String> {
        let mut values = Values::defaults(&lab());
        values.set(&lab(), name, typed).map_err(|e| e.to_string())?;
        Ok(values)
    }

    #[test]
    fn a_value_in_range_is_taken() {
        assert_eq!(set("tick", "5").unwrap().number("tick"), 5);
        assert_eq!(set("database", "sqlite").unwrap().word("database"), "sqlite");
    }

    #[test]
    fn a_value_from_a_program_is_taken_as_it_is_or_as_if_it_were_typed() {
        let (mut values, word) = (Values::default(), |w: &str| Value::Word(w.into()));
        for value in [Value::Number(5), word("5")] {
            values.put(&lab(), "tick", &value).unwrap();
            assert_eq!(values.number("tick"), 5);
        }
        for value in [Value::Number(4), word("1.5")] {
            let why = values.put(&lab(), "tick", &value).unwrap_err().to_string();
            assert!(why.contains("from 5 to 500"), "{why}");
        }
        assert!(values.put(&lab(), "database", &Value::Number(1)).is_err());
        assert!(values.put(&lab(), "tock", &word("5")).is_err());
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_what_is() {
        for bad in ["4", "501", "-1", "1e2", "", "5 ", "99999999999999999999"] {
            let why = set("tick", bad).unwrap_err();
            assert!(why.contains("a whole number from 5 to 500 (ms)"), "{why}");
        }
        assert!(set("database", "mysql").unwrap_err().contains("one of: auto, sqlite"));
    }

    #[test]
    fn an_unknown_knob_is_refused_with_the_known_ones() {
        assert_eq!(
            set("tock", "5").unwrap_err(),
            r#"a-lab has no knob "tock"; its knobs are: tick, database"#
        );
    }

    #[test]
    fn an_endless_value_is_shown_back_on_one_line() {
        let why = set("tick", &"9\n".repeat(40_000)).unwrap_err();
        assert!(why.len() < 200 && !why.contains('\n'), "{why}");
    }
}
