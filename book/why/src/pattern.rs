//! Words of a text, and where a known message stands in them.

use std::ops::Range;

/// The most words that a `*` in a message stands for: a name, a number, an address.
const GAP: usize = 6;

/// A text as words: small letters, without what stands between them. Numbers, colons, quotes, brackets and line breaks
/// around a message then don't matter, and neither does the colour of a terminal. ASCII is what libraries print, and
/// what knows more of letters is a large thing in wasm: whatever is beyond it counts as a letter.
pub(crate) fn words(text: &str) -> Vec<String> {
    let (mut all, mut word) = (vec![], String::new());
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            all.push(std::mem::take(word));
        }
    };
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // A colour: `ESC [`, parameters, a letter.
            '\u{1b}' => {
                end(&mut word);
                let _ = chars.find(char::is_ascii_alphabetic);
            }
            '_' => word.push(c),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => word.push(c.to_ascii_lowercase()),
            _ => end(&mut word),
        }
    }
    end(&mut word);
    all
}

/// Where the message stands in `text`, all of it; `*` is a gap of at most [`GAP`] words.
pub(crate) fn whole(message: &[String], text: &[String]) -> Option<Range<usize>> {
    (0..text.len()).find_map(|start| Some(start..end(message, text, start)?))
}

/// Where a match of `message` that begins at `at` ends.
fn end(message: &[String], text: &[String], at: usize) -> Option<usize> {
    let Some((first, rest)) = message.split_first() else { return Some(at) };
    if first == "*" {
        return (1..=GAP).find_map(|gap| end(rest, text, at + gap));
    }
    (text.get(at)? == first).then(|| end(rest, text, at + 1)).flatten()
}

/// The longest run of words that message and text have in common.
pub(crate) fn part(message: &[String], text: &[String]) -> Range<usize> {
    let mut best = 0..0;
    for start in 0..text.len() {
        for from in 0..message.len() {
            let same = text[start..].iter().zip(&message[from..]).take_while(|(a, b)| a == b);
            let length = same.count();
            if length > best.len() {
                best = start..start + length;
            }
        }
    }
    best
}

/// The words of a message; a lone `*` stays one.
pub(crate) fn message(text: &str) -> Vec<String> {
    let mut all = vec![];
    for piece in text.split_inclusive('*') {
        all.extend(words(piece));
        if piece.ends_with('*') {
            all.push("*".to_owned());
        }
    }
    all
}
