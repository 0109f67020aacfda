/// What `fixture --case print` prints: it counts in words of eight bytes, so any byte lost, doubled or swapped shows.
pub fn assert_pattern(bytes: &[u8], from: u64) {
    let words = from / 8..=(from + bytes.len() as u64) / 8;
    let mut wanted = Vec::with_capacity(bytes.len() + 16);
    words.for_each(|word| wanted.extend_from_slice(&word.to_le_bytes()));
    let skip = (from % 8) as usize;
    if wanted[skip..][..bytes.len()] != *bytes {
        let wrong = wanted[skip..].iter().zip(bytes).position(|(wanted, got)| wanted != got);
        panic!("byte {wrong:?}, {from} on, is not the one that was printed");
    }
}
