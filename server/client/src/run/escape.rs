//! Takes out of a lab's text the escape sequences that carry a string (title, clipboard, links, …), so that none
//! of them reaches anything beyond the terminal's own cells. Colours and cursor movement stay.

/// A string longer than this is no string: what follows is shown.
const LONGEST: usize = 4096;

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After 0xC2, with which the 8-bit controls begin in UTF-8.
    Lead,
    /// Within a string of that many bytes so far.
    Text(usize),
    /// Within a string, after 0xC2.
    TextLead(usize),
    /// Within a string, after ESC.
    TextEscape,
}

#[derive(Debug, Default)]
pub struct Filter {
    state: State,
}

const ESC: u8 = 0x1b;
const LEAD: u8 = 0xc2;

impl Filter {
    /// Gives what may be shown, however the bytes arrive.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        for &b in bytes {
            self.state = step(self.state, b, &mut out);
        }
        out
    }
}

fn step(state: State, b: u8, out: &mut Vec<u8>) -> State {
    match (state, b) {
        (State::Ground, ESC) => State::Escape,
        (State::Ground, LEAD) => State::Lead,
        (State::Ground, _) => plain(out, &[b]),
        // DCS, SOS, OSC, PM, APC.
        (State::Escape | State::TextEscape, b'P' | b'X' | b']' | b'^' | b'_') => State::Text(0),
        (State::TextEscape, b'\\') => State::Ground,
        (State::Escape | State::TextEscape, ESC) => State::Escape,
        (State::Escape | State::TextEscape, LEAD) => {
            out.push(ESC);
            State::Lead
        }
        (State::Escape | State::TextEscape, _) => plain(out, &[ESC, b]),
        (State::Lead, 0x90 | 0x98 | 0x9d..=0x9f) => State::Text(0),
        (State::Lead, 0x80..=0xbf) => plain(out, &[LEAD, b]),
        (State::Lead, _) => {
            out.push(LEAD);
            step(State::Ground, b, out)
        }
        (State::Text(_), ESC) => State::TextEscape,
        (State::Text(n), LEAD) => State::TextLead(n + 1),
        (State::TextLead(_), 0x9c) => State::Ground,
        (State::TextLead(n), _) => step(State::Text(n), b, out),
        // BEL, CAN and SUB end a string; a new line means that its end was forgotten.
        (State::Text(_), 0x07 | 0x18 | 0x1a) => State::Ground,
        (State::Text(_), b'\n') => plain(out, b"\n"),
        (State::Text(n), _) if n >= LONGEST => State::Ground,
        (State::Text(n), _) => State::Text(n + 1),
    }
}

fn plain(out: &mut Vec<u8>, bytes: &[u8]) -> State {
    out.extend_from_slice(bytes);
    State::Ground
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> Vec<u8> {
        let mut whole = Filter::default();
        let expected = whole.push(bytes);
        for size in 1..=bytes.len() {
            let mut filter = Filter::default();
            let got: Vec<u8> = bytes.chunks(size).flat_map(|c| filter.push(c)).collect();
            assert_eq!(got, expected, "in pieces of {size}");
        }
        expected
    }

    #[test]
    fn colours_movement_and_any_text_stay() {
        for same in
            ["a\n", "\x1b[1;31mred\x1b[0m", "\x1b[2Aup", "Größe £ © 🦀", "\x1bM", "\x07bell\r\n"]
        {
            assert_eq!(shown(same.as_bytes()), same.as_bytes());
        }
        assert_eq!(shown(b"\xff\xfe\xc2\xc2\xa9\xc2x"), b"\xff\xfe\xc2\xc2\xa9\xc2x");
    }

    #[test]
    fn title_clipboard_and_links_are_taken_out() {
        assert_eq!(shown(b"a\x1b]0;title\x07b"), b"ab");
        assert_eq!(shown(b"a\x1b]52;c;aGk=\x1b\\b"), b"ab");
        assert_eq!(shown(b"\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\"), b"link");
        assert_eq!(shown("a\u{9d}52;c;aGk=\u{9c}b".as_bytes()), b"ab");
        assert_eq!(shown(b"a\x1bPq#0\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\b"), b"ab");
    }

    #[test]
    fn a_string_in_disguise_is_taken_out_too() {
        assert_eq!(shown(b"\x1b\x1b]0;t\x07x"), b"x");
        assert_eq!(shown(b"\x1b]0;\x1b]52;c;aGk=\x07x"), b"x");
        assert_eq!(shown("\u{9d}0;é\u{c2}\u{9c}x".as_bytes()), b"x");
        assert_eq!(shown("\x1b\u{9d}0;t\x07x".as_bytes()), b"\x1bx");
    }

    #[test]
    fn a_string_that_never_ends_swallows_no_later_line() {
        assert_eq!(shown(b"\x1b]0;oops\nnext\n"), b"\nnext\n");
        let long = [b"\x1b]0;".to_vec(), vec![b'x'; LONGEST + 10]].concat();
        assert!(shown(&long).len() < 20);
    }

    #[test]
    fn what_ends_open_ends_with_a_colour_still_working() {
        assert_eq!(shown(b"\x1b]0;t\x1b[31mred"), b"\x1b[31mred");
    }
}
