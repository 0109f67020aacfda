const FIRST: [&str; 48] = [
    "amber", "azure", "bold", "brave", "brisk", "calm", "clever", "coral", "crisp", "eager",
    "early", "fair", "fleet", "fresh", "gentle", "glad", "golden", "grand", "green", "happy",
    "honest", "jolly", "keen", "kind", "late", "light", "lively", "lucky", "merry", "mild", "neat",
    "noble", "patient", "plain", "proud", "quick", "quiet", "rapid", "ready", "silver", "simple",
    "sound", "steady", "sunny", "swift", "tidy", "warm", "wise",
];
const SECOND: [&str; 48] = [
    "badger", "beaver", "bison", "cedar", "condor", "crane", "dolphin", "falcon", "fern", "finch",
    "fox", "gecko", "hare", "hawk", "heron", "ibex", "jackdaw", "kestrel", "koala", "larch",
    "lark", "lemur", "linden", "lynx", "magpie", "maple", "marten", "moose", "newt", "osprey",
    "otter", "owl", "panda", "plover", "poplar", "puffin", "raven", "robin", "rowan", "seal",
    "sparrow", "spruce", "stork", "swan", "tapir", "walnut", "willow", "wren",
];

/// How many pseudonyms there are without a number.
const PLAIN: u64 = (FIRST.len() * SECOND.len()) as u64;

/// A pseudonym of two words. Nobody types one, so nobody can say anything by it.
pub fn alias(random: u64) -> String {
    let pick = |words: &[&'static str; 48], at: u64| words[(at % 48) as usize];
    format!("{} {}", pick(&FIRST, random), pick(&SECOND, random / 48))
}

/// The pseudonyms to try one after the other, until one is free; there is always one.
pub fn aliases(random: u64) -> impl Iterator<Item = String> {
    let plain = (0..8).map(move |i| alias(random.wrapping_add(i * 1117)));
    // A room in which these are all taken has hundreds of people: a number tells them apart.
    let numbered = (0..64)
        .map(move |i| format!("{} {}", alias(random), (random / PLAIN + i * 97) % 90_000 + 10));
    plain.chain(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_two_thousand_pseudonyms_of_two_words_and_no_two_are_alike() {
        let all: BTreeSet<_> = (0..PLAIN).map(alias).collect();
        assert_eq!(all.len() as u64, PLAIN);
        assert!(all.iter().all(|alias| alias.split(' ').count() == 2));
    }

    #[test]
    fn a_taken_one_is_followed_by_others() {
        let tries: Vec<_> = aliases(u64::MAX).collect();
        let different: BTreeSet<_> = tries.iter().collect();
        assert!(different.len() > 60, "{tries:?}");
    }
}
