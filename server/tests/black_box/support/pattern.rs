/// What `fixture --case print` prints: each byte follows from its offset, so any byte lost, doubled or swapped shows.
pub fn assert_pattern(bytes: &[u8], from: u64) {
    let wanted = |i: u64| (i ^ (i >> 8) ^ (i >> 16) ^ (i >> 24)) as u8;
    let wrong = bytes.iter().zip(from..).position(|(got, i)| *got != wanted(i));
    assert_eq!(wrong, None, "the byte at this place, {from} on, is not the one that was printed");
}
