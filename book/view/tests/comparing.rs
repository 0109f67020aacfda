//! In what two runs made by hand differ, and what is told too late.

mod script;

use labkit_wire::{Kind, Verdict};
use script::{Script, begin, check, lost_line, mark, verdict};
use still_running_view::{Timeline, after_the_last_check, differences, outcomes};

#[test]
fn two_runs_that_did_the_same_do_not_differ() {
    assert_eq!(differences(&lost_line(), &lost_line()), Vec::<String>::new());
}

#[test]
fn a_difference_names_its_lane_and_place() {
    let other = Script::default()
        .at(0, "reader", begin(1, "next()"))
        .at(99, "reader", Kind::End { span: 1 })
        .at(100, "lab", verdict(Verdict::Held))
        .0;
    let found = differences(&lost_line(), &other);
    assert_eq!(found[0], "the verdict was violated, and is held");
    assert!(
        found.contains(&"lane reader, event 2: was next() dropped, is next() ends".to_owned()),
        "{found:?}"
    );
}

/// Two requests at once, and a check at the end.
fn two_at_once(first: u32, second: u32, at: u64) -> Timeline {
    Script::default()
        .at(0, "client", begin(first, &format!("request {first}")))
        .at(1, "client", begin(second, &format!("request {second}")))
        .at(at, "server", mark("answers"))
        .at(at + 1, "client", Kind::End { span: first })
        .at(300, "lab", check("a", "1", "1"))
        .0
}

#[test]
fn on_a_real_clock_what_happens_at_once_may_swap() {
    assert_ne!(differences(&two_at_once(1, 2, 100), &two_at_once(2, 1, 120)), Vec::<String>::new());
    let (was, is) = (two_at_once(1, 2, 100), two_at_once(1, 2, 120));
    assert_eq!(outcomes(&was, &is), Vec::<String>::new());
    let missing = outcomes(&was, &two_at_once(2, 1, 100));
    assert_eq!(missing[0], "client: request 1 ends: it does not happen", "but what ended did end");
}

#[test]
fn what_is_told_after_the_last_check_is_found() {
    let late = Script::default()
        .at(0, "client", begin(1, "request"))
        .at(1, "lab", check("a", "1", "1"))
        .at(1, "client", Kind::Dropped { span: 1, polls: 1 })
        .at(1, "lab", verdict(Verdict::Held))
        .0;
    let said = "client: request dropped is told after the last check";
    assert_eq!(after_the_last_check(&late), Some(said.into()));
    assert_eq!(after_the_last_check(&lost_line()), None);
}

#[test]
fn on_a_real_clock_what_was_clearly_apart_may_not_swap() {
    let early = Script::default()
        .at(0, "lab", check("a", "1", "1"))
        .at(0, "client", begin(1, "request 1"))
        .at(1, "client", begin(2, "request 2"))
        .at(100, "server", mark("answers"))
        .at(101, "client", Kind::End { span: 1 })
        .0;
    let found = outcomes(&two_at_once(1, 2, 100), &early);
    assert_eq!(
        found,
        ["client: request 1 ends came before lab: check “a” held, and comes after it"]
    );
}
