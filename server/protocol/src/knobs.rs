//! Knobs as a reader's program wrote them: not yet checked, but each said once.

use labkit_wire::Value;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::{collections::BTreeMap, fmt};

/// For `serde(deserialize_with)`.
pub fn read<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Value>, D::Error> {
    from.deserialize_map(Knobs)
}

struct Knobs;

impl<'de> Visitor<'de> for Knobs {
    type Value = BTreeMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of knobs")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
        let mut knobs = BTreeMap::new();
        while let Some((name, Asked(value))) = all.next_entry::<String, Asked>()? {
            if knobs.insert(name, value).is_some() {
                return Err(Error::custom("a knob is said twice"));
            }
        }
        Ok(knobs)
    }
}

/// A value as it was typed: a number that no knob takes is kept as a word.
struct Asked(Value);

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Typed;
        impl Visitor<'_> for Typed {
            type Value = Asked;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a word for a knob")
            }

            fn visit_u64<E>(self, number: u64) -> Result<Asked, E> {
                Ok(Asked(Value::Number(number)))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Asked, E> {
                Ok(Asked(Value::Word(number.to_string())))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Asked, E> {
                Ok(Asked(Value::Word(number.to_string())))
            }

            fn visit_str<E>(self, word: &str) -> Result<Asked, E> {
                Ok(Asked(Value::Word(word.to_owned())))
            }
        }
        from.deserialize_any(Typed)
    }
}
