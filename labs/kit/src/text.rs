//! What a person reads. Every colour stands beside a sign or a word that says the same.

use crate::out::out;
use labkit_wire::{Values, Verdict};

const WIDTH_LANE: usize = 10;

#[derive(Clone, Copy)]
pub(crate) enum Paint {
    Dim,
    Bold,
    Good,
    Bad,
    Drop,
    Plain,
}

pub(crate) fn paint(how: Paint, text: &str) -> String {
    let code = match how {
        _ if !out().color => return text.to_owned(),
        Paint::Plain => return text.to_owned(),
        Paint::Dim => "2",
        Paint::Bold => "1",
        Paint::Good => "32",
        Paint::Bad => "1;31",
        Paint::Drop => "1;33",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// `   35 ms  reader     text`
pub(crate) fn line(at: u64, lane: &str, how: Paint, text: &str) -> String {
    let time = paint(Paint::Dim, &format!("{:>6} ms", at / 1000));
    format!("{time}  {lane:<WIDTH_LANE$} {}", paint(how, text))
}

/// `lost-line buggy · drip 10 ms · tick 35 ms`
pub(crate) fn head(
    lab: &str,
    variant: &str,
    knobs: &Values,
    unit: impl Fn(&str) -> String,
) -> String {
    let mut head = paint(Paint::Bold, &format!("{lab} {variant}"));
    for (name, value) in knobs.iter() {
        let unit = unit(name);
        let space = if unit.is_empty() { "" } else { " " };
        head += &paint(Paint::Dim, &format!(" · {name} {value}{space}{unit}"));
    }
    head + "\n \n"
}

/// One line where it held; with want and got below where it did not.
pub(crate) fn check(what: &str, want: &str, got: &str, ok: bool) -> String {
    let indent = " ".repeat(11);
    if ok {
        return format!("{indent}{}      {what}: {got}", paint(Paint::Good, "✓ held"));
    }
    let sign = paint(Paint::Bad, "✗ violated");
    format!(
        "{indent}{sign}  {what}\n{indent}            want {want}\n{indent}            got  {got}"
    )
}

pub(crate) fn verdict(verdict: Verdict, why: &str) -> String {
    let how = match verdict {
        Verdict::Held => Paint::Good,
        Verdict::Violated => Paint::Bad,
        Verdict::Unexercised | Verdict::Unavailable => Paint::Drop,
    };
    format!(" \n{} {why}", paint(how, &format!("{} {verdict}:", verdict.sign())))
}
