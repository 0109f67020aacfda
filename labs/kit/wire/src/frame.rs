//! Events travel inside the text a lab prints, as an operating system command (OSC) that terminals ignore:
//! `ESC ] 7744 ; {json} ESC \`, the JSON in ASCII. One frame is at most [`FRAME_MAX`] bytes, so one
//! `write(2)` to a pipe carries it whole, and it begins at the start of a line.

use crate::Event;

/// The most bytes a frame takes, its framing included: what a pipe takes in one piece.
pub const FRAME_MAX: usize = 4096;
const START: &[u8] = b"\x1b]7744;";
const END: &[u8] = b"\x1b\\";

/// The frame of an event, or `None` where it would be longer than [`FRAME_MAX`].
pub fn encode(event: &Event) -> Option<Vec<u8>> {
    let json = serde_json::to_string(event).expect("an event has no map with odd keys");
    let mut out = Vec::with_capacity(json.len() + 16);
    out.extend_from_slice(START);
    for c in json.chars() {
        push_ascii(&mut out, c);
    }
    out.extend_from_slice(END);
    (out.len() <= FRAME_MAX).then_some(out)
}

/// JSON may write any character as `\uXXXX`; outside ASCII we always do, and DEL too.
fn push_ascii(out: &mut Vec<u8>, c: char) {
    if c.is_ascii() && c != '\x7f' {
        return out.push(c as u8);
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    }
}

/// Splits a lab's output into text and events, however the bytes arrive.
#[derive(Debug, Default)]
pub struct Parser {
    /// What may be the beginning of a frame; at most [`FRAME_MAX`] bytes.
    held: Vec<u8>,
}

/// One piece of a lab's output.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Bytes for the terminal, as they came.
    Text(Vec<u8>),
    /// What rode along, and a terminal does not show.
    Event(Event),
}

impl Parser {
    /// Takes the next bytes; gives what is complete. Text that cannot be an event is never held back.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        self.held.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.held);
        let (mut items, mut rest) = (vec![], &bytes[..]);
        while let Some(start) = find_start(rest) {
            push_text(&mut items, &rest[..start]);
            rest = &rest[start..];
            let taken = match find_end(rest) {
                End::At(end) => end,
                End::Later => {
                    self.held = rest.to_vec();
                    return items;
                }
                // Not one of ours: its first byte is text, and the search goes on behind it.
                End::Never => 1,
            };
            match taken {
                1 => push_text(&mut items, &rest[..1]),
                end => push_frame(&mut items, &rest[..end]),
            }
            rest = &rest[taken..];
        }
        push_text(&mut items, rest);
        items
    }

    /// The stream has ended: what was held back is text after all.
    pub fn finish(&mut self) -> Vec<Item> {
        let mut items = vec![];
        push_text(&mut items, &std::mem::take(&mut self.held));
        items
    }
}

/// Where [`START`] stands, or where it may yet turn out to stand at the very end.
fn find_start(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|b| *b == START[0]).map(|i| i + from) {
        let tail = &bytes[at..];
        if START.starts_with(&tail[..tail.len().min(START.len())]) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

enum End {
    At(usize),
    Later,
    Never,
}

/// Where a frame that begins at 0 ends. A byte that no frame holds means it is not a frame.
fn find_end(frame: &[u8]) -> End {
    let body = frame.get(START.len()..).unwrap_or_default();
    match body.iter().position(|b| !(0x20..0x7f).contains(b)) {
        Some(i) if body[i..].starts_with(END) => match START.len() + i + END.len() {
            end if end <= FRAME_MAX => End::At(end),
            _ => End::Never,
        },
        Some(i) if body[i..] == END[..1] => End::Later,
        Some(_) => End::Never,
        None if frame.len() < FRAME_MAX => End::Later,
        None => End::Never,
    }
}

fn push_frame(items: &mut Vec<Item>, frame: &[u8]) {
    match crate::read::event(&frame[START.len()..frame.len() - END.len()]) {
        Some(event) => items.push(Item::Event(event)),
        None => push_text(items, frame),
    }
}

fn push_text(items: &mut Vec<Item>, text: &[u8]) {
    match items.last_mut() {
        _ if text.is_empty() => {}
        Some(Item::Text(before)) => before.extend_from_slice(text),
        _ => items.push(Item::Text(text.to_vec())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn mark(text: &str) -> Event {
        Event { seq: 1, at: 35_000, lane: "reader".into(), kind: Kind::Mark { text: text.into() } }
    }

    fn parse_in_pieces_of(size: usize, stream: &[u8]) -> (Vec<u8>, Vec<Event>) {
        let (mut parser, mut text, mut events) = (Parser::default(), vec![], vec![]);
        let mut items: Vec<_> = stream.chunks(size).flat_map(|c| parser.push(c)).collect();
        items.extend(parser.finish());
        for item in items {
            match item {
                Item::Text(t) => text.extend(t),
                Item::Event(e) => events.push(e),
            }
        }
        (text, events)
    }

    #[test]
    fn text_and_events_come_apart_however_the_bytes_arrive() {
        let events = [mark("größer — \u{1f980} \x1b \x7f \"x\""), mark("")];
        let mut stream = b"one\n".to_vec();
        stream.extend(encode(&events[0]).unwrap());
        stream.extend(b"two \x1b[31mred\x1b[0m \x1b]0;title\x07 \xff\xfe\n");
        stream.extend(encode(&events[1]).unwrap());
        stream.extend(b"three\x1b");
        for size in 1..stream.len() {
            let (text, got) = parse_in_pieces_of(size, &stream);
            assert_eq!(text, b"one\ntwo \x1b[31mred\x1b[0m \x1b]0;title\x07 \xff\xfe\nthree\x1b");
            assert_eq!(got, events, "in pieces of {size}");
        }
    }

    #[test]
    fn a_frame_is_ascii_without_control_characters_but_its_own_framing() {
        let frame = encode(&mark("\u{1f980}\n\x1b\x07\x7f")).unwrap();
        let body = &frame[START.len()..frame.len() - END.len()];
        assert!(body.iter().all(|b| (0x20..0x7f).contains(b)), "{body:?}");
    }

    #[test]
    fn what_only_looks_like_a_frame_stays_text() {
        for fake in [
            &b"\x1b]7744;not json\x1b\\"[..],
            b"\x1b]7744;{\"seq\":1}\n\x1b\\",
            b"\x1b]774",
            b"\x1b\x1b]7744;",
        ] {
            for size in 1..=fake.len() {
                assert_eq!(parse_in_pieces_of(size, fake), (fake.to_vec(), vec![]), "{fake:?}");
            }
        }
    }

    #[test]
    fn a_frame_that_never_ends_is_not_held_back_for_ever() {
        let mut parser = Parser::default();
        let flood = [START, &[b'x'; 3 * FRAME_MAX]].concat();
        let items = parser.push(&flood);
        let given: usize = items.iter().map(|i| matches!(i, Item::Text(_)) as usize).sum();
        assert!(given > 0 && parser.held.len() <= FRAME_MAX);
    }

    #[test]
    fn an_event_too_long_for_one_write_is_refused() {
        assert!(encode(&mark(&"x".repeat(FRAME_MAX))).is_none());
    }
}
