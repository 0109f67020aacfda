//! A run's text for people: colours as classes, everything else a terminal would obey left out.
//!
//! By hand, for it was measured: with anstyle-parse this file is 22 lines shorter, and the page's client 1.9 kB larger (0.14 kB
//! by gzip), which is past its budget. Bytes that are no UTF-8 would vanish instead of being shown, and a string that never
//! ends would want a word of ours all the same. What splits text from events (`labkit_wire::frame`) and what filters a
//! terminal's bytes (the client's `escape`) pass on bytes as they came, which that parser does not keep.

use crate::text::{escape, from, until};
use labkit_wire::text::{join, whole};

/// The look of the text, as far as a transcript shows it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Style {
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    /// 0–7 the colours, 8–15 the bright ones.
    fg: Option<u8>,
}

/// What comes out of the stream once the escapes are read.
enum Piece<'a> {
    Text(&'a str),
    Sgr(&'a str),
}

/// HTML for a `<pre>`: escaped, SGR colours as `<span class="sr-fg-1">`, every other escape sequence and every
/// event left out.
pub fn html(bytes: &[u8]) -> String {
    let (mut out, mut style) = (String::new(), Style::default());
    each(bytes, &mut |piece| match piece {
        Piece::Text(text) if style == Style::default() => out += &escape(text),
        Piece::Text(text) => {
            out += &format!("<span class=\"{}\">{}</span>", style.classes(), escape(text));
        }
        Piece::Sgr(codes) => style.apply(codes),
    });
    out
}

/// The text alone.
pub fn plain(bytes: &[u8]) -> String {
    let mut out = String::new();
    each(bytes, &mut |piece| {
        if let Piece::Text(text) = piece {
            out.push_str(text);
        }
    });
    out
}

/// Walks the stream. What is no text and no colour is skipped; bytes that are no UTF-8 become U+FFFD.
fn each(bytes: &[u8], take: &mut dyn FnMut(Piece<'_>)) {
    let mut lines = Vec::with_capacity(bytes.len());
    for (i, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(i + 1) != Some(&b'\n') {
            lines.push(*byte);
        }
    }
    let all = String::from_utf8_lossy(&lines);
    let mut rest = &*all;
    while let Some(at) = rest.find(|c: char| c.is_control() && c != '\n' && c != '\t') {
        if at > 0 {
            take(Piece::Text(until(rest, at)));
        }
        let control = from(rest, at).chars().next().unwrap_or('\x1b');
        let after = from(rest, at + control.len_utf8());
        rest = match control {
            '\x1b' => escape_sequence(after, take),
            // A lone carriage return would overwrite the line; a transcript keeps both.
            '\r' => {
                take(Piece::Text("\n"));
                after
            }
            _ => after,
        };
    }
    if !rest.is_empty() {
        take(Piece::Text(rest));
    }
}

/// Reads one sequence after its ESC; gives what follows it.
fn escape_sequence<'a>(after: &'a str, take: &mut dyn FnMut(Piece<'_>)) -> &'a str {
    match after.chars().next() {
        Some('[') => control_sequence(from(after, 1), take),
        Some(']' | 'P' | '_' | '^' | 'X') => string_sequence(from(after, 1)),
        // These take one more character.
        Some('(' | ')' | '#' | ' ' | '%') => {
            let mut chars = from(after, 1).chars();
            chars.next();
            chars.as_str()
        }
        Some(c) if c.is_ascii() && !c.is_control() => from(after, 1),
        _ => after,
    }
}

fn control_sequence<'a>(after: &'a str, take: &mut dyn FnMut(Piece<'_>)) -> &'a str {
    let end = after.find(|c: char| !(' '..='?').contains(&c)).unwrap_or(after.len());
    match from(after, end).chars().next() {
        Some('m') => {
            take(Piece::Sgr(until(after, end)));
            from(after, end + 1)
        }
        Some(c) if ('@'..='~').contains(&c) => from(after, end + 1),
        // Cut off by something else: that stays.
        _ => from(after, end),
    }
}

/// An OSC and its like ends at BEL or ST. One that was never ended ends with its line, lest it swallow the rest.
fn string_sequence(after: &str) -> &str {
    let end = after.find(['\x07', '\x1b', '\u{9c}', '\n']).unwrap_or(after.len());
    match from(after, end).chars().next() {
        Some('\x1b') if from(after, end + 1).starts_with('\\') => from(after, end + 2),
        Some(c @ ('\x07' | '\u{9c}')) => from(after, end + c.len_utf8()),
        _ => from(after, end),
    }
}

impl Style {
    fn apply(&mut self, codes: &str) {
        let mut codes = codes.as_bytes().split(|b| matches!(b, b';' | b':')).map(number);
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underline = false,
                30..=37 => self.fg = Some(code as u8 - 30),
                90..=97 => self.fg = Some(code as u8 - 90 + 8),
                39 => self.fg = None,
                38 | 48 => {
                    let indexed = indexed_colour(&mut codes);
                    if code == 38 {
                        self.fg = indexed;
                    }
                }
                _ => {}
            }
        }
    }

    fn classes(self) -> String {
        let flags = [
            (self.bold, "sr-bold"),
            (self.dim, "sr-dim"),
            (self.italic, "sr-italic"),
            (self.underline, "sr-underline"),
        ];
        let mut all = vec![];
        for (on, class) in flags {
            if on {
                all.push(class.to_owned());
            }
        }
        all.extend(self.fg.map(|n| format!("sr-fg-{n}")));
        join(&all, " ")
    }
}

/// What is no number is 0.
fn number(code: &[u8]) -> u16 {
    let code = std::str::from_utf8(code).ok().and_then(whole);
    code.and_then(|n| n.try_into().ok()).unwrap_or(0)
}

/// `5;n` with n under 16 is one of the theme's colours; others are left to the theme's text colour.
fn indexed_colour(codes: &mut dyn Iterator<Item = u16>) -> Option<u8> {
    match codes.next() {
        Some(5) => codes.next().filter(|n| *n < 16).map(|n| n as u8),
        Some(2) => {
            for _ in 0..3 {
                codes.next();
            }
            None
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_classes_and_end_where_they_end() {
        assert_eq!(
            html(b"a \x1b[1;31mred <b>\x1b[39m bold\x1b[0m end"),
            "a <span class=\"sr-bold sr-fg-1\">red &lt;b&gt;</span><span class=\"sr-bold\"> bold</span> end"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_left_out() {
        let evil = b"\x1b]52;c;aGk=\x07\x1b]0;title\x1b\\\x1b[2J\x1b[10;10H\x1bPq\x1b\\\x1b(B\x1b[?25lok\x07\x08";
        assert_eq!(plain(evil), "ok");
        assert_eq!(html(evil), "ok");
    }

    #[test]
    fn events_are_left_out() {
        assert_eq!(plain(b"one\n\x1b]7744;{\"seq\":1}\x1b\\two\n"), "one\ntwo\n");
    }

    #[test]
    fn an_escape_that_never_ends_takes_its_line_and_no_more() {
        assert_eq!(plain(b"a\x1b]0;never\nnext\x1b[31"), "a\nnext");
        assert_eq!(plain(b"x\x1b"), "x");
    }

    #[test]
    fn line_ends_are_one_kind_and_bad_bytes_are_shown() {
        assert_eq!(plain(b"a\r\nb\rc\xff"), "a\nb\nc\u{fffd}");
    }

    #[test]
    fn long_colours_are_read_whole() {
        assert_eq!(
            html(b"\x1b[38;5;9ma\x1b[38;2;1;2;3mb\x1b[48;5;1mc"),
            "<span class=\"sr-fg-9\">a</span>bc"
        );
    }
}
