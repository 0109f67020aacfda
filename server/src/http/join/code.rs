use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fmt, str::FromStr};
use subtle::ConstantTimeEq;

/// Letters and digits that nobody takes for one another.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// At most 80,000 codes are looked at in a minute, from all addresses together: some 80 million in a workshop's day.
/// Of this many they find one with a chance below 1 in 100.
const KINDS: u64 = 10_000_000_000;
/// The fewest different letters or digits: aaaa-bbbb is tried first.
const DIFFERENT: usize = 4;

/// What readers type to join. Case, spaces and dashes don't count.
#[derive(Clone)]
pub struct Code {
    shown: String,
    digest: [u8; 32],
}

/// A code that could be guessed.
#[derive(Debug, thiserror::Error)]
#[error(
    "it could be guessed: a join code has at least 8 letters, or 10 digits, or 7 of both, and {DIFFERENT} different ones among \
     them, such as deep-water"
)]
pub struct BadCode;

impl Code {
    /// Eight letters: a trillion codes to try, at a few a minute.
    pub fn random() -> Self {
        let mut random = [0; 8];
        getrandom::fill(&mut random).expect("the system has random numbers");
        let letters = random.map(|byte| LETTERS[byte as usize % LETTERS.len()] as char);
        let (left, right) = letters.split_at(4);
        let shown: String = left.iter().chain(&['-']).chain(right).collect();
        Self { digest: digest(&shown), shown }
    }

    /// Takes as long for a code that is nearly right as for any other.
    pub fn is(&self, typed: &str) -> bool {
        digest(typed).ct_eq(&self.digest).into()
    }
}

impl FromStr for Code {
    type Err = BadCode;

    fn from_str(chosen: &str) -> Result<Self, BadCode> {
        let plain = chosen.chars().all(|c| c.is_ascii_graphic() || c == ' ');
        let counted = counted(chosen);
        let different = counted.iter().collect::<BTreeSet<_>>().len();
        let good = plain && different >= DIFFERENT && kinds(&counted) >= KINDS;
        good.then(|| Self { shown: chosen.to_owned(), digest: digest(chosen) }).ok_or(BadCode)
    }
}

fn digest(typed: &str) -> [u8; 32] {
    Sha256::digest(counted(typed)).into()
}

/// What counts of a code: its letters, small, and its digits.
fn counted(typed: &str) -> Vec<u8> {
    typed.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
}

/// How many codes there are as long as this one, of the same sort of signs.
fn kinds(counted: &[u8]) -> u64 {
    let has = |sort: fn(&u8) -> bool, many| if counted.iter().any(sort) { many } else { 0 };
    let signs: u64 = has(u8::is_ascii_digit, 10) + has(u8::is_ascii_lowercase, 26);
    signs.saturating_pow(counted.len().try_into().unwrap_or(u32::MAX))
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// A log is no place for it.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::super::attempts::Attempts;
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed_and_no_other_is() {
        let code: Code = "Deep-Water 7".parse().unwrap();
        for typed in ["deepwater7", " DEEP WATER 7 ", "deep-water-7"] {
            assert!(code.is(typed), "{typed}");
        }
        for typed in ["", "deepwater", "deepwater77", "dee"] {
            assert!(!code.is(typed), "{typed}");
        }
    }

    #[test]
    fn a_code_that_is_easy_to_guess_is_refused() {
        for bad in [
            "",
            "abc",
            "a b-c-d e",
            "------",
            "päßwörter",
            "abc\ndefgh1",
            "123456",
            "123456789",
            "abcdefg",
            "aaaa-bbbb-cccc",
            "ab12cd",
        ] {
            assert!(bad.parse::<Code>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn all_addresses_together_do_not_find_the_weakest_code_in_a_day() {
        for weak in ["1234567890", "abcdefgh", "abcd123"] {
            let code: Code = weak.parse().unwrap();
            let tries = Attempts::MOST_PER_MINUTE * 16 * 60;
            assert!(kinds(&counted(&code.shown)) / tries >= 100, "{weak}");
        }
        assert!(kinds(&counted(&Code::random().shown)) >= KINDS);
    }

    #[test]
    fn a_code_of_our_own_can_be_typed_back_and_never_repeats() {
        let (one, two) = (Code::random(), Code::random());
        assert!(one.is(&one.to_string()) && !one.is(&two.to_string()));
        assert_eq!(one.to_string().len(), 9);
        assert_eq!(format!("{one:?}"), "Code(…)");
    }
}
