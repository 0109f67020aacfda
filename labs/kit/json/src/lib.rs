//! A reader of JSON that allocates nothing but the texts that are asked for. In the page's client it stands for
//! serde_json, which is several times larger in wasm; a test holds the two together.

mod fields;
mod grammar;
mod string;
#[cfg(test)]
mod tests;

pub use fields::Fields;
use grammar::{check, space};
use string::string;

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
