//! A reader of JSON that allocates nothing but the texts that are asked for. In the page's client it stands for
//! serde_json, which is several times larger in wasm; a test holds the two together.

mod fields;

pub use fields::Fields;

/// Deeper than this nothing is read.
const DEEPEST: usize = 127;

/// A value within a text that is known to be JSON.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Json<'a>(&'a [u8]);

impl<'a> Json<'a> {
    /// The one value in a text, if it is JSON.
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let start = space(text, 0);
        let end = check(text, start, 0)?;
        (space(text, end) == text.len()).then(|| Self(&text[start..end]))
    }

    /// A field of an object: of several with one name the last.
    pub fn get(self, name: &str) -> Option<Self> {
        let mut found = None;
        self.each_field(&mut |key, value| {
            // Names are seldom written with escapes, and then they are unwrapped first.
            if key.0[1..key.0.len() - 1] == *name.as_bytes() || key.is(name) {
                found = Some(value);
            }
        });
        found
    }

    /// Calls `take` with each field of an object; whether it is one.
    pub fn each_field(self, take: &mut dyn FnMut(Self, Self)) -> bool {
        let mut key = None;
        self.0[0] == b'{'
            && self.each(&mut |part| match key.take() {
                None => key = Some(part),
                Some(key) => take(key, part),
            })
    }

    /// The values in a list.
    pub fn items(self) -> Option<Vec<Self>> {
        let mut all = vec![];
        (self.0[0] == b'[' && self.each(&mut |item| all.push(item))).then_some(all)
    }

    /// The text of a string.
    pub fn text(self) -> Option<String> {
        Some(string(self.0, 0)?.0)
    }

    /// Whether it is that string.
    pub fn is(self, text: &str) -> bool {
        self.text().is_some_and(|t| t == text)
    }

    /// A whole number.
    pub fn number(self) -> Option<u64> {
        self.digits()?.parse().ok()
    }

    /// A whole number, perhaps below zero.
    pub fn signed(self) -> Option<i64> {
        match self.digits()?.strip_prefix('-') {
            Some(digits) => 0_i64.checked_sub_unsigned(digits.parse().ok().filter(|n| *n > 0)?),
            None => self.number()?.try_into().ok(),
        }
    }

    /// `true` or `false`.
    pub fn truth(self) -> Option<bool> {
        match self.0[0] {
            b't' => Some(true),
            b'f' => Some(false),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0[0] == b'n'
    }

    fn digits(self) -> Option<&'a str> {
        std::str::from_utf8(self.0).ok()
    }

    /// Each value right within a list or an object, names of fields too.
    fn each(self, take: &mut dyn FnMut(Self)) -> bool {
        let mut at = 1;
        loop {
            while matches!(self.0[at], b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') {
                at += 1;
            }
            if matches!(self.0[at], b']' | b'}') {
                return true;
            }
            let end = end(self.0, at);
            take(Self(&self.0[at..end]));
            at = end;
        }
    }
}

/// Behind the value that begins at `at`, in what was checked already.
fn end(json: &[u8], mut at: usize) -> usize {
    let (mut depth, mut quoted) = (0, false);
    loop {
        let byte = json.get(at).copied().unwrap_or(b',');
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            // A word or a number has no end of its own.
            b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(byte, b'"' | b']' | b'}') && !quoted {
            return at;
        }
    }
}

fn space(json: &[u8], mut at: usize) -> usize {
    while matches!(json.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Behind the value that begins at `at`, if it is one.
fn check(json: &[u8], at: usize, depth: usize) -> Option<usize> {
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

/// The text of a string that begins at `at`, and where it ends, if it is one.
fn string(json: &[u8], mut at: usize) -> Option<(String, usize)> {
    if *json.get(at)? != b'"' {
        return None;
    }
    let mut out = vec![];
    loop {
        at += 1;
        match *json.get(at)? {
            b'"' => return Some((String::from_utf8(out).ok()?, at + 1)),
            b'\\' => {
                at += 1;
                let plain = match *json.get(at)? {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    b'u' => {
                        at = unicode(json, at, &mut out)?;
                        continue;
                    }
                    byte @ (b'"' | b'\\' | b'/') => byte,
                    _ => return None,
                };
                out.push(plain);
            }
            0..0x20 => return None,
            byte => out.push(byte),
        }
    }
}

/// Reads `uXXXX`, or two of them with a backslash between, which are one character; gives where its last digit is.
fn unicode(json: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let first = unit(json, at)?;
    let (code, end) = match first {
        0xd800..0xdc00 => {
            let second = unit(json, at + 6).filter(|s| (0xdc00..0xe000).contains(s))?;
            if json[at + 5] != b'\\' {
                return None;
            }
            (0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00), at + 10)
        }
        _ => (first, at + 4),
    };
    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
    Some(end)
}

fn unit(json: &[u8], at: usize) -> Option<u32> {
    let (mark, digits) = json.get(at..at + 5)?.split_first()?;
    let mut unit = 0;
    for digit in digits {
        unit = unit << 4 | char::from(*digit).to_digit(16)?;
    }
    (*mark == b'u').then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// What ours says of a text, in the other's words.
    fn read(json: Json<'_>) -> Value {
        let mut object = serde_json::Map::new();
        if json.each_field(&mut |k, v| drop(object.insert(k.text().unwrap(), read(v)))) {
            return Value::Object(object);
        }
        let none = json.is_null().then_some(Value::Null);
        none.or_else(|| json.items().map(|all| all.into_iter().map(read).collect()))
            .or_else(|| json.text().map(Value::String))
            .or_else(|| json.truth().map(Value::Bool))
            .or_else(|| json.number().map(Value::from))
            .or_else(|| json.signed().map(Value::from))
            .unwrap_or_else(|| serde_json::from_slice(json.0).unwrap())
    }

    const TEXTS: &[&str] = &[
        "",
        " ",
        "null",
        "nul",
        "nulls",
        " true ",
        "false,",
        "0",
        "-0",
        "-",
        "01",
        "1.",
        ".5",
        "1.5",
        "1e3",
        "1E+3",
        "1e",
        "-7",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "\"\"",
        "\"",
        r#""a\"b\\c\/d\n\t\r\b\f""#,
        r#""\x""#,
        r#""größer — 🦀""#,
        r#""\u00e4\ud83e\udd80\u0000""#,
        r#""\ud83e""#,
        r#""\ud83e\u0041""#,
        r#""\ud83ex\udd80""#,
        r#""\udd80""#,
        r#""\u+041""#,
        "\"a\nb\"",
        "[]",
        "[ ]",
        "[1,2 , [3 ],\"]\"]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "]",
        "{}",
        "{ }",
        r#"{"a":1}"#,
        r#" { "a" : [ 1 , { "b" : "}\"" } ] , "\u0063" : null } "#,
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        r#"{"a":}"#,
        "{1:1}",
        "{\"a\":1]",
        "[1}",
    ];

    #[test]
    fn it_reads_what_serde_json_reads_and_nothing_else() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        let more = [deep(127), deep(128), deep(129), r#"{"a":"#.repeat(200)];
        for text in TEXTS.iter().copied().chain(more.iter().map(String::as_str)) {
            let theirs: Option<Value> = serde_json::from_str(text).ok();
            assert_eq!(Json::parse(text.as_bytes()).map(read), theirs, "{text}");
        }
        assert_eq!(Json::parse(b"\"\xff\""), None);
    }

    #[test]
    fn a_text_cut_short_anywhere_is_refused() {
        let whole = r#"{"a":["\ud83e\udd80",true,{"b":-1.5e-7}]}"#.as_bytes();
        assert!(Json::parse(whole).is_some());
        for end in 0..whole.len() {
            assert_eq!(Json::parse(&whole[..end]), None, "{end}");
        }
    }

    #[test]
    fn a_field_is_found_by_its_name_and_the_last_one_counts() {
        let json = Json::parse(br#"{"a":{"b":1},"b":2,"\u0062":3}"#).unwrap();
        assert_eq!(json.get("b").and_then(Json::number), Some(3));
        assert_eq!(json.get("a").and_then(|a| a.get("b")).and_then(Json::number), Some(1));
        assert_eq!((json.get("c"), Json::parse(b"[]").unwrap().get("a")), (None, None));
    }
}
