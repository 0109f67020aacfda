//! What the fuzzer found interesting, tried again with every `cargo test`; and the same a little changed.

#[path = "../fuzz/properties.rs"]
mod properties;

use std::{fs, path::Path};

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
    let corpus: Vec<_> = files.collect();
    assert!(corpus.len() >= 5, "{name} has but {} files", corpus.len());
    corpus
}

/// Each file; each without a part of it; each followed by the next; each with a bit changed.
fn replay(name: &str, property: fn(&[u8])) {
    let corpus = corpus(name);
    for (i, file) in corpus.iter().enumerate() {
        property(file);
        let next = &corpus[(i + 1) % corpus.len()];
        property(&[&file[..], next].concat());
        for at in (0..file.len()).step_by(1 + file.len() / 16) {
            property(&file[..at]);
            property(&file[at..]);
            let mut changed = file.clone();
            changed[at] ^= 1 << (at % 8);
            property(&changed);
        }
    }
}

#[test]
fn what_page_and_server_say_is_read_as_it_was_written() {
    replay("control", properties::control);
}

#[test]
fn a_stream_comes_apart_the_same_however_it_is_cut() {
    replay("events", properties::events);
}

#[test]
fn knobs_are_taken_within_range_and_refused_in_one_line() {
    replay("knobs", properties::knobs);
}
