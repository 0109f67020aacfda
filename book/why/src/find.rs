//! Which of the known messages stand in what somebody pasted.

use crate::pattern::{message, part, whole, words};
use std::ops::Range;

/// What is looked for, of one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Messages as they are printed; `*` stands for up to six words that vary.
    pub texts: Vec<String>,
    /// Symptoms without a text: of each, all words must be there, as beginnings of words.
    pub signs: Vec<Vec<String>>,
    /// Too common to mean much: it counts only where nothing else is found.
    pub weak: bool,
}

/// Somebody who describes a symptom writes a line; what is longer is a log, and its words prove nothing.
const SYMPTOM_WORDS: usize = 25;
/// How many words of a message must stand there in a row, where it is not whole.
const PART_WORDS: usize = 3;

/// How well an entry fits.
struct Hit {
    entry: usize,
    /// Whole messages count before parts of one, and those before symptoms.
    rank: usize,
    /// Letters of what was matched.
    letters: usize,
    /// The words of the pasted text that it matched.
    at: Range<usize>,
}

/// The entries that fit what was pasted, by number, the best one first. Nothing rather than something wrong: an entry
/// whose words are all part of a longer match is left out, and so is a weak one where there is a better.
pub fn find(entries: &[Entry], pasted: &str) -> Vec<usize> {
    let text = words(pasted);
    let mut hits: Vec<Hit> =
        entries.iter().enumerate().filter_map(|(entry, e)| fit(entry, e, &text)).collect();
    if let Some(best) = hits.iter().map(|hit| hit.rank).min() {
        hits.retain(|hit| hit.rank == best);
    }
    if hits.iter().any(|hit| !entries[hit.entry].weak) {
        hits.retain(|hit| !entries[hit.entry].weak);
    }
    let longer: Vec<_> = hits.iter().map(|hit| (hit.letters, hit.at.clone())).collect();
    hits.retain(|hit| !longer.iter().any(|l| l.0 > hit.letters && covers(&l.1, &hit.at)));
    best_first(&mut hits);
    hits.into_iter().map(|hit| hit.entry).collect()
}

/// By letters, in place and in order: a handful, and a sort of the library's is a large thing in wasm.
fn best_first(hits: &mut [Hit]) {
    for i in 1..hits.len() {
        let letters = hits[i].letters;
        let before = hits[..i].partition_point(|hit| hit.letters >= letters);
        hits[before..=i].rotate_right(1);
    }
}

fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn fit(entry: usize, e: &Entry, text: &[String]) -> Option<Hit> {
    let letters = |at: &Range<usize>| text[at.clone()].iter().map(String::len).sum();
    let hit = |rank, at: Range<usize>| Hit { entry, rank, letters: letters(&at), at };
    let messages: Vec<_> = e.texts.iter().map(|t| message(t)).collect();
    let found = |how: &dyn Fn(&[String]) -> Option<Range<usize>>| {
        messages.iter().filter_map(|m| how(m)).max_by_key(letters)
    };
    found(&|m| whole(m, text))
        .map(|at| hit(0, at))
        .or_else(|| found(&|m| enough(m, text)).map(|at| hit(1, at)))
        .or_else(|| sign(&e.signs, text).map(|at| hit(2, at)))
}

/// A part of a message that is long enough to be meant: three words in a row and half of its letters.
fn enough(message: &[String], text: &[String]) -> Option<Range<usize>> {
    let at = part(message, text);
    let length = |words: &[String]| words.iter().map(String::len).sum::<usize>();
    let meant = at.len() >= PART_WORDS && 2 * length(&text[at.clone()]) >= length(message);
    meant.then_some(at)
}

/// The whole text, where it is a line that has all words of a symptom.
fn sign(signs: &[Vec<String>], text: &[String]) -> Option<Range<usize>> {
    let there = |sign: &String| text.iter().any(|word| word.starts_with(&**sign));
    let fits = text.len() <= SYMPTOM_WORDS && signs.iter().any(|s| s.iter().all(there));
    fits.then_some(0..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(texts: &[&str]) -> Entry {
        Entry { texts: texts.iter().map(|t| (*t).to_owned()).collect(), ..Entry::default() }
    }

    fn ours() -> Vec<Entry> {
        let weak = Entry { weak: true, ..entry(&["error sending request for url"]) };
        let sign = Entry { signs: vec![vec!["ctrl".into(), "second".into()]], ..entry(&[]) };
        vec![
            entry(&["connection closed before message completed", "IncompleteMessage"]),
            weak,
            entry(&["task * was cancelled"]),
            sign,
            entry(&["connection closed"]),
        ]
    }

    #[test]
    fn a_message_is_found_whatever_stands_around_it() {
        for pasted in [
            "error sending request for url (http://10.0.0.7:80/a?b=1): client error (SendRequest): connection closed before message completed",
            "hyper::Error(IncompleteMessage)",
            "2026-11-25T03:12:44Z \u{1b}[31mERROR\u{1b}[0m pay: \"connection closed\n    before message completed\"",
        ] {
            assert_eq!(find(&ours(), pasted), [0], "{pasted}");
        }
    }

    #[test]
    fn what_varies_may_vary() {
        assert_eq!(find(&ours(), "JoinError: task 4711 was cancelled"), [2]);
        assert_eq!(find(&ours(), "task one two three four five six seven was cancelled"), [0; 0]);
    }

    #[test]
    fn a_weak_entry_counts_where_there_is_no_other() {
        assert_eq!(find(&ours(), "error sending request for url (http://x/)"), [1]);
    }

    #[test]
    fn a_part_is_enough_where_it_is_long() {
        assert_eq!(find(&ours(), "closed before message completed"), [0]);
        assert_eq!(find(&ours(), "the message completed"), [0; 0]);
    }

    #[test]
    fn a_symptom_needs_all_its_words_in_one_line() {
        assert_eq!(find(&ours(), "a second Ctrl-C does nothing"), [3]);
        assert_eq!(find(&ours(), "Ctrl-C does nothing"), [0; 0]);
        let log = "second ctrl ".to_owned() + &"word ".repeat(40);
        assert_eq!(find(&ours(), &log), [0; 0]);
    }

    #[test]
    fn nothing_known_is_said_of_nothing() {
        for pasted in ["", "\n\n", "panicked at src/main.rs:1:1: index out of bounds", "\u{1b}["] {
            assert_eq!(find(&ours(), pasted), [0; 0], "{pasted:?}");
        }
    }
}
