//! What is JSON and what is not.

use crate::string::string;

/// Deeper than this nothing is read.
const DEEPEST: usize = 127;

/// Behind white space.
pub fn space(json: &[u8], mut at: usize) -> usize {
    while matches!(json.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Behind the value that begins at `at`, if it is one.
pub fn check(json: &[u8], at: usize, depth: usize) -> Option<usize> {
    match json.get(at)? {
        b'"' => string(json, at).map(|(_, end)| end),
        open @ (b'{' | b'[') if depth < DEEPEST => within(json, at, *open == b'{', depth),
        b'-' | b'0'..=b'9' => number(json, at),
        _ => {
            let rest = &json[at..];
            let words: [&[u8]; 3] = [b"true", b"false", b"null"];
            words.iter().find(|w| rest.starts_with(w)).map(|w| at + w.len())
        }
    }
}

/// Behind a list or an object, if it is one.
fn within(json: &[u8], at: usize, object: bool, depth: usize) -> Option<usize> {
    let close = if object { b'}' } else { b']' };
    let mut at = space(json, at + 1);
    if *json.get(at)? == close {
        return Some(at + 1);
    }
    loop {
        if object {
            at = space(json, string(json, at)?.1);
            if *json.get(at)? != b':' {
                return None;
            }
            at = space(json, at + 1);
        }
        at = space(json, check(json, at, depth + 1)?);
        match json.get(at)? {
            b',' => at = space(json, at + 1),
            byte if *byte == close => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Behind a number, if it is one: no leading zero, and digits on both sides of a point.
fn number(json: &[u8], mut at: usize) -> Option<usize> {
    let is = |at: usize, any: &[u8]| json.get(at).is_some_and(|b| any.contains(b));
    let digits = |from: usize| {
        let after = (from..).find(|at| !is(*at, b"0123456789"))?;
        (after > from).then_some(after)
    };
    at += usize::from(json[at] == b'-');
    at = if is(at, b"0") { at + 1 } else { digits(at)? };
    if is(at, b".") {
        at = digits(at + 1)?;
    }
    if is(at, b"eE") {
        at += 1;
        at = digits(at + usize::from(is(at, b"+-")))?;
    }
    Some(at)
}
