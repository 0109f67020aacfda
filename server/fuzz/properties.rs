//! What must hold for any bytes whatever. The fuzzer looks for bytes for which it does not; `cargo test` tries
//! those it found interesting.

use labkit_wire::{
    Choice, Clock, Description, Event, FRAME_MAX, Item, Knob, KnobKind, Parser, VERSION, Values,
    encode,
};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use still_running_protocol::{NewRun, ToClient, ToServer};

/// What page and server say to each other: what can be read can be written, and is read as the same again.
pub fn control(bytes: &[u8]) {
    survives::<ToServer>(bytes);
    survives::<ToClient>(bytes);
    survives::<NewRun>(bytes);
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_vec(&message).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, message);
}

/// A lab's stream: it comes apart into the same text and events however it is cut, nothing is lost, little is
/// held back, and every event can be sent again. The first byte says how it is cut.
pub fn events(bytes: &[u8]) {
    let Some((cut, stream)) = bytes.split_first() else { return };
    let whole = apart(stream, stream.len().max(1));
    let pieces = apart(stream, usize::from(*cut) + 1);
    assert_eq!(whole, pieces, "cut every {} bytes", usize::from(*cut) + 1);
    assert!(whole.text.len() <= stream.len());
    if whole.events.is_empty() {
        assert_eq!(whole.text, stream, "text was lost");
    }
    whole.events.iter().for_each(can_be_sent_again);
}

#[derive(Debug, PartialEq, Default)]
struct Apart {
    text: Vec<u8>,
    events: Vec<Event>,
    /// How much text there was before each event.
    places: Vec<usize>,
}

impl Apart {
    fn take(&mut self, items: Vec<Item>) {
        for item in items {
            match item {
                Item::Text(text) => self.text.extend(text),
                Item::Event(event) => {
                    self.places.push(self.text.len());
                    self.events.push(event);
                }
            }
        }
    }
}

fn apart(stream: &[u8], size: usize) -> Apart {
    let (mut parser, mut apart) = (Parser::default(), Apart::default());
    stream.chunks(size).for_each(|piece| apart.take(parser.push(piece)));
    let before = apart.text.len();
    apart.take(parser.finish());
    assert!(apart.text.len() - before <= FRAME_MAX, "too much was held back");
    apart
}

fn can_be_sent_again(event: &Event) {
    // Written anew it may be longer than it came, and then too long.
    let Some(frame) = encode(event) else { return };
    assert!(frame.len() <= FRAME_MAX && frame.is_ascii());
    let again = apart(&frame, frame.len());
    assert!(again.text.is_empty() && again.events == [event.clone()], "{event:?}");
    let json = &frame[b"\x1b]7744;".len()..frame.len() - 2];
    assert_eq!(
        serde_json::from_slice::<Event>(json).ok().as_ref(),
        Some(event),
        "the derived reader"
    );
}

/// Knobs as somebody types them, `name=value`, one a line: taken only within range, and refused in one line.
pub fn knobs(bytes: &[u8]) {
    let Ok(typed) = std::str::from_utf8(bytes) else { return };
    let lab = lab();
    let mut values = Values::defaults(&lab);
    for line in typed.split('\n') {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let before = values.clone();
        match values.set(&lab, name, value) {
            Ok(()) => is_allowed(&values, name, value),
            Err(error) => {
                assert_eq!(values, before, "a refusal changes nothing");
                let why = error.to_string();
                assert!(why.len() < 1000 && !why.contains(char::is_control), "{why:?}");
            }
        }
    }
    can_be_typed_again(&lab, &values);
}

fn is_allowed(values: &Values, name: &str, typed: &str) {
    match name {
        "tick" => assert!((5..=500).contains(&values.number("tick"))),
        "any" => assert_eq!(values.number("any").to_string().parse(), typed.parse::<u64>()),
        "database" => assert!(["auto", "sqlite"].contains(&values.word("database"))),
        other => panic!("{other:?} is no knob"),
    }
}

fn can_be_typed_again(lab: &Description, values: &Values) {
    let mut again = Values::defaults(lab);
    for (name, text) in values.iter() {
        again.set(lab, name, &text).expect("it was allowed before");
    }
    assert_eq!(again, *values);
}

fn lab() -> Description {
    let number = |name: &str, min, max, default| {
        let kind = KnobKind::Number { unit: "ms".into(), min, max, default, grid: vec![] };
        Knob { name: name.into(), help: String::new(), kind }
    };
    let choice = |word: &str| Choice { value: word.into(), help: String::new() };
    let choices = vec![choice("auto"), choice("sqlite")];
    let kind = KnobKind::Choice { choices, default: "auto".into() };
    Description {
        version: VERSION,
        slug: "a-lab".into(),
        title: String::new(),
        crates: vec![],
        article: vec![],
        clock: Clock::Paused,
        variants: vec!["buggy".into(), "fixed".into()],
        knobs: vec![
            number("tick", 5, 500, 35),
            number("any", 0, u64::MAX, 7),
            Knob { name: "database".into(), help: String::new(), kind },
        ],
        wrong: vec![],
        needs: vec![],
    }
}
