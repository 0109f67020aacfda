//! The runbook as a function: it has no clock and no network, so it is asked in every state.

use crate::*;

fn all() -> impl Iterator<Item = Seen> {
    let probes = 0..20;
    probes
        .flat_map(|failed_probes| [false, true].map(|is_fenced| Seen { failed_probes, is_fenced }))
}

#[test]
fn the_runbook_never_promotes_beside_a_primary_that_is_not_fenced() {
    for seen in all().filter(|seen| !seen.is_fenced) {
        assert_ne!(<fixed::App as Runbook>::next(&seen), Step::Promote, "{seen:?}");
    }
}

#[test]
fn it_does_nothing_at_one_or_two_probes_without_an_answer() {
    for seen in all().filter(|seen| seen.failed_probes < 3) {
        assert_eq!(<fixed::App as Runbook>::next(&seen), Step::Watch, "{seen:?}");
    }
}

#[test]
fn it_asks_and_once_that_is_done_it_promotes() {
    let silent = Seen { failed_probes: 3, is_fenced: false };
    assert_eq!(<fixed::App as Runbook>::next(&silent), Step::AskSomebodyToFence);
    let fenced = Seen { is_fenced: true, ..silent };
    assert_eq!(<fixed::App as Runbook>::next(&fenced), Step::Promote);
}

#[test]
fn the_test_above_would_have_caught_the_first_version() {
    assert!(
        all().any(|seen| !seen.is_fenced && <buggy::App as Runbook>::next(&seen) == Step::Promote)
    );
}
