//! An event, read by hand from its JSON. The derived reader copes with a tagged enum flattened into a struct by a
//! detour that is half of the page's client in wasm; a test holds the two together.

use crate::{Event, Kind, NUMBER_MAX, Value, Values, Verdict};
use labkit_json::{Fields, Json};

/// The event in a frame, or `None` where it is none.
pub(crate) fn event(json: &[u8]) -> Option<Event> {
    let mut fields = Fields::of(Json::parse(json)?);
    let kind = kind(&mut fields)?;
    let (seq, at) = (fields.number("seq"), fields.number("at"));
    fields.needs(seq.max(at) <= NUMBER_MAX);
    let lane = fields.text("lane");
    fields.whole(Event { seq, at, lane, kind })
}

fn kind(f: &mut Fields<'_>) -> Option<Kind> {
    Some(match f.text("kind").as_str() {
        "run" => {
            let knobs = values(f);
            Kind::Run { lab: f.text("lab"), variant: f.text("variant"), knobs }
        }
        "begin" => {
            let point = f.get("point").filter(|point| !point.is_null());
            let point = point.map(|_| f.small("point"));
            Kind::Begin { span: f.small("span"), name: f.text("name"), point }
        }
        "end" => Kind::End { span: f.small("span") },
        "dropped" => Kind::Dropped { span: f.small("span"), polls: f.small("polls") },
        "limit" => {
            let (span, name, after) = (f.small("span"), f.text("name"), f.number("after"));
            f.needs(after <= NUMBER_MAX);
            Kind::Limit { span, name, after }
        }
        "outcome" => Kind::Outcome { span: f.small("span"), text: f.text("text") },
        "held" => Kind::Held { span: f.small("span"), text: f.text("text") },
        "orphaned" => Kind::Orphaned { span: f.small("span") },
        "link" => Kind::Link { from: f.number("from"), to: f.number("to") },
        "lanes" => Kind::Lanes { names: f.texts("names") },
        "mark" => Kind::Mark { text: f.text("text") },
        "gauge" => {
            let value = f.get("value").and_then(Json::signed);
            f.needs(value.is_some_and(|value| value.unsigned_abs() <= NUMBER_MAX));
            let value = value.unwrap_or_default();
            Kind::Gauge { name: f.text("name"), value, unit: f.text("unit") }
        }
        "check" => {
            let (what, want, got) = (f.text("what"), f.text("want"), f.text("got"));
            Kind::Check { what, want, got, ok: f.truth("ok") }
        }
        "verdict" => {
            let verdict = Verdict::from_word(&f.text("verdict"));
            f.needs(verdict.is_some());
            Kind::Verdict { verdict: verdict.unwrap_or(Verdict::Held), why: f.text("why") }
        }
        _ => return None,
    })
}

fn values(f: &mut Fields<'_>) -> Values {
    let (mut values, mut whole) = (Values::default(), true);
    let object = f.get("knobs").is_some_and(|knobs| {
        knobs.each_field(&mut |name, value| {
            let value = value.number().map(Value::Number).or_else(|| value.text().map(Value::Word));
            match (name.text(), value) {
                (Some(name), Some(value)) => values.insert(name, value),
                _ => whole = false,
            }
        })
    });
    f.needs(object && whole);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;

    fn kinds() -> Vec<Kind> {
        let mut knobs = Values::default();
        knobs.insert("tick".into(), Value::Number(35));
        knobs.insert("database".into(), Value::Word("sqlite".into()));
        let word = |w: &str| w.to_owned();
        let mut all = vec![
            Kind::Run { lab: word("lost-line"), variant: word("buggy"), knobs },
            Kind::Begin { span: 1, name: word("größer"), point: Some(2) },
            Kind::Begin { span: 2, name: word(""), point: None },
            Kind::End { span: u32::MAX },
            Kind::Dropped { span: 1, polls: 3 },
            Kind::Limit { span: 1, name: word("timeout"), after: NUMBER_MAX },
            Kind::Outcome { span: 1, text: word("Ok") },
            Kind::Held { span: 1, text: word("had read \"lef\"") },
            Kind::Orphaned { span: 1 },
            Kind::Link { from: 3, to: 4 },
            Kind::Lanes { names: vec![word("client"), word("wire")] },
            Kind::Mark { text: word("\"\u{1f980}\"") },
            Kind::Gauge { name: word("sockets"), value: -7, unit: word("") },
            Kind::Check { what: word("w"), want: word("1"), got: word("2"), ok: false },
        ];
        for verdict in
            [Verdict::Held, Verdict::Violated, Verdict::Unexercised, Verdict::Unavailable]
        {
            all.push(Kind::Verdict { verdict, why: word("because") });
        }
        all
    }

    #[test]
    fn every_kind_of_event_is_read_as_it_was_written() {
        for (seq, kind) in kinds().into_iter().enumerate() {
            let written = Event { seq: seq as u64, at: 7, lane: "task".into(), kind };
            let json = serde_json::to_vec(&written).unwrap();
            assert_eq!(event(&json), Some(written.clone()));
            assert_eq!(serde_json::from_slice::<Event>(&json).unwrap(), written);
        }
    }

    #[test]
    fn a_number_too_large_to_be_drawn_makes_it_no_event() {
        let most = NUMBER_MAX as i64;
        let gauge = |value| Kind::Gauge { name: "n".into(), value, unit: String::new() };
        for (seq, at, value, drawn) in [
            (NUMBER_MAX, NUMBER_MAX, most, true),
            (NUMBER_MAX, NUMBER_MAX, -most, true),
            (0, NUMBER_MAX + 1, 0, false),
            (0, u64::MAX, 0, false),
            (u64::MAX, 0, 0, false),
            (0, 0, i64::MAX, false),
            (0, 0, i64::MIN, false),
        ] {
            let told = Event { seq, at, lane: "task".into(), kind: gauge(value) };
            let json = serde_json::to_vec(&told).unwrap();
            assert_eq!(event(&json).is_some(), drawn, "{told:?}");
        }
    }

    #[test]
    fn what_the_derived_reader_refuses_is_refused() {
        for kind in kinds() {
            let whole = Event { seq: 1, at: 7, lane: "task".into(), kind };
            let Json::Object(fields) = serde_json::to_value(&whole).unwrap() else { panic!() };
            for key in fields.keys() {
                let (mut missing, mut wrong) = (fields.clone(), fields.clone());
                missing.remove(key);
                wrong.insert(key.clone(), serde_json::json!([]));
                for broken in [missing, wrong] {
                    let json = serde_json::to_vec(&broken).unwrap();
                    let derived = serde_json::from_slice::<Event>(&json).ok();
                    assert_eq!(event(&json), derived, "{}", String::from_utf8_lossy(&json));
                }
            }
        }
        for none in ["", "7", "null", "[]", r#"{"seq":1,"at":1,"lane":"a","kind":"x"}"#] {
            assert_eq!(event(none.as_bytes()), None);
        }
    }
}
