//! How times, numbers, names and verdicts are written, everywhere.

use labkit_wire::Verdict;

/// A verdict as HTML: sign and word.
pub fn badge(verdict: Verdict) -> String {
    let sign = verdict.sign();
    format!(
        "<span class=\"sr-verdict is-{verdict}\"><span class=\"sr-sign\" aria-hidden=\"true\">{sign}</span> \
         <span class=\"sr-word\">{verdict}</span></span>"
    )
}

/// Text made safe between tags and inside quoted attributes.
pub fn escape(text: &str) -> String {
    if text.bytes().all(|b| b >= b' ' && b != 0x7f && !b"&<>\"'\xc2".contains(&b)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// What begins at that byte. Where no character begins there, nothing: `&text[at..]` would bring along all that a panic
/// says of it, which is kilobytes in the page's client.
pub(crate) fn from(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// What ends before that byte, or nothing.
pub(crate) fn until(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

/// A time in microseconds as a reader wants it: `35 ms`, `0.4 ms`, `12.5 s`. Cut to the digits that count, as the whole
/// milliseconds in a lab's own lines are: what is 102 ms in the terminal is not 103 ms under the picture.
pub fn time(micros: u64) -> String {
    let step = match micros {
        0..1_000 => 1,
        1_000..10_000 => 10,
        10_000..100_000 => 100,
        100_000..10_000_000 => 1_000,
        10_000_000..100_000_000 => 100_000,
        _ => 1_000_000,
    };
    let micros = micros / step * step;
    match micros {
        0..10_000_000 => format!("{} ms", number(micros as f64 / 1e3)),
        _ => format!("{} s", number(micros as f64 / 1e6)),
    }
}

/// A number with no more digits than it deserves: three that count.
pub fn number(n: f64) -> String {
    let digits = match n.abs() {
        a if a >= 100.0 => 0,
        a if a >= 10.0 => 1,
        a if a >= 1.0 => 2,
        _ => 3,
    };
    let unit = 10_u64.pow(digits);
    let whole = (n.abs() * unit as f64).round() as u64;
    let sign = if n < 0.0 && whole > 0 { "-" } else { "" };
    let (before, mut rest) = (whole / unit, whole % unit);
    if rest == 0 {
        return format!("{sign}{before}");
    }
    let mut width = digits as usize;
    while rest.is_multiple_of(10) {
        (rest, width) = (rest / 10, width - 1);
    }
    format!("{sign}{before}.{rest:0width$}")
}

/// The sign of an await point: ① to ㊿, then (51).
pub fn circled(n: u32) -> String {
    let sign = match n {
        1..=20 => char::from_u32(0x2460 + n - 1),
        21..=35 => char::from_u32(0x3251 + n - 21),
        36..=50 => char::from_u32(0x32b1 + n - 36),
        _ => None,
    };
    sign.map_or_else(|| format!("({n})"), String::from)
}

/// `1 drop`, `2 drops`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// At most that many characters; the last is … where something was left out.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_the_digits_that_count() {
        let said = [0, 400, 1_000, 35_000, 35_040, 1_234_000, 12_500_000].map(time);
        assert_eq!(said, ["0 ms", "0.4 ms", "1 ms", "35 ms", "35 ms", "1234 ms", "12.5 s"]);
    }

    #[test]
    fn a_time_is_cut_as_in_a_labs_own_lines() {
        let said = [999, 9_999, 21_699, 99_999, 102_999, 1_234_999, 12_599_999, 123_999_999];
        let read =
            ["0.999 ms", "9.99 ms", "21.6 ms", "99.9 ms", "102 ms", "1234 ms", "12.5 s", "123 s"];
        assert_eq!(said.map(time), read);
    }

    #[test]
    fn a_number_keeps_its_zeros_before_the_point() {
        let said = [0.0, 100.0, 10.0, 0.05, 9.996, -2.5, 1.005].map(number);
        assert_eq!(said, ["0", "100", "10", "0.05", "10", "-2.5", "1"]);
    }

    #[test]
    fn await_points_are_signed_without_end() {
        assert_eq!([1, 20, 21, 36, 51].map(circled), ["①", "⑳", "㉑", "㊱", "(51)"]);
    }

    #[test]
    fn markup_and_control_characters_do_not_get_through() {
        assert_eq!(
            escape("<a b=\"c\">&'\x1b\x07"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}\u{fffd}"
        );
    }
}
