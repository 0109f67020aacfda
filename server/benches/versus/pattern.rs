/// Whether these are the fixture's bytes from that offset on: words of eight bytes that count up.
pub fn holds(bytes: &[u8], offset: u64) -> bool {
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
    wrong == 0 && each(head, offset) && each(tail, tail_at)
}

fn each(bytes: &[u8], offset: u64) -> bool {
    bytes.iter().zip(offset..).all(|(byte, at)| *byte == (at / 8).to_le_bytes()[(at % 8) as usize])
}
