use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use subtle::ConstantTimeEq;

/// Letters and digits that nobody takes for one another.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
const SHORTEST: usize = 6;

/// What readers type to join. Case, spaces and dashes don't count.
#[derive(Clone)]
pub struct Code {
    shown: String,
    digest: [u8; 32],
}

/// A code that could be guessed.
#[derive(Debug, thiserror::Error)]
#[error("a join code has at least {SHORTEST} letters or digits")]
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
        let counted = chosen.chars().filter(char::is_ascii_alphanumeric).count();
        let good = plain && counted >= SHORTEST;
        good.then(|| Self { shown: chosen.to_owned(), digest: digest(chosen) }).ok_or(BadCode)
    }
}

fn digest(typed: &str) -> [u8; 32] {
    let counted = typed.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase());
    Sha256::digest(counted.collect::<Vec<u8>>()).into()
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
        for bad in ["", "abc", "a b-c-d e", "------", "päßwört", "abc\ndef1"] {
            assert!(bad.parse::<Code>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_code_of_our_own_can_be_typed_back_and_never_repeats() {
        let (one, two) = (Code::random(), Code::random());
        assert!(one.is(&one.to_string()) && !one.is(&two.to_string()));
        assert_eq!(one.to_string().len(), 9);
        assert_eq!(format!("{one:?}"), "Code(…)");
    }
}
