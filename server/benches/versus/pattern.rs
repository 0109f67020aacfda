//! What the fixture prints, and whether it came.

/// The bytes of a case from an offset on.
pub type Holds = fn(&[u8], u64) -> bool;

/// Words of eight bytes that count up.
pub fn words(bytes: &[u8], offset: u64) -> bool {
    let ragged = (offset.wrapping_neg() % 8) as usize;
    let (head, rest) = bytes.split_at(ragged.min(bytes.len()));
    let first = (offset + head.len() as u64) / 8;
    let words = rest.chunks_exact(8);
    let tail = words.remainder();
    let tail_at = offset + (bytes.len() - tail.len()) as u64;
    let mut wrong = 0;
    for (word, wanted) in words.zip(first..) {
        wrong |= u64::from_le_bytes(word.try_into().expect("it has eight")) ^ wanted;
    }
    wrong == 0 && each_of_words(head, offset) && each_of_words(tail, tail_at)
}

fn each_of_words(bytes: &[u8], offset: u64) -> bool {
    bytes.iter().zip(offset..).all(|(byte, at)| *byte == (at / 8).to_le_bytes()[(at % 8) as usize])
}

const LINE: usize = 64;
const DIGITS: usize = 16;

/// Numbered lines.
pub fn lines(bytes: &[u8], offset: u64) -> bool {
    let ragged = (offset.wrapping_neg() % LINE as u64) as usize;
    let (head, rest) = bytes.split_at(ragged.min(bytes.len()));
    let before = line(offset / LINE as u64);
    let from = (offset % LINE as u64) as usize;
    let whole = rest.chunks_exact(LINE);
    let tail = whole.remainder();
    let mut wanted = line(offset.div_ceil(LINE as u64));
    for got in whole {
        if got != wanted {
            return false;
        }
        count_up(&mut wanted[..DIGITS]);
    }
    (head.is_empty() || before[from..].starts_with(head)) && wanted.starts_with(tail)
}

fn line(number: u64) -> [u8; LINE] {
    let text = format!("{number:016} what a lab has to say about the future it lost\n");
    text.into_bytes().try_into().expect("it has 64 bytes")
}

fn count_up(digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}
