//! `check --grid`, of a lab that is a shell script.

use crate::support::Checkout;

const DESCRIPTION: &str = r#"{"version":1,"slug":"lost-line","title":"A line is lost","crates":[],"article":[],
  "clock":"paused","variants":["buggy","fixed"],"wrong":["wrong-join"],"needs":[],"knobs":[
  {"name":"tick","help":"How often.","type":"number","unit":"ms","min":5,"max":500,"default":35,"grid":[5,60]}]}"#;

/// A lab whose buggy variant violates, and whose others do what the script says, which knows the tick.
fn lab(script: &str) -> Checkout {
    let checkout = Checkout::new();
    checkout.lab(DESCRIPTION, &format!("[ $1 != buggy ] || exit 10\ntick=$3\n{script}"));
    checkout
}

fn check(checkout: &Checkout) -> (Option<i32>, String) {
    let (code, out, err) = checkout.say(&["check", "--grid"]);
    (code, out + &err)
}

#[test]
fn a_wrong_fix_is_caught_and_the_first_point_is_named() {
    let caught = lab("[ $1 = fixed ] || [ $tick = 5 ] || [ $tick = 35 ] || exit 10");
    let (code, said) = check(&caught);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("5 of 5") && said.contains("wrong-join fails, first at tick=60"),
        "{said}"
    );
    let at_once = lab("[ $1 = fixed ] || exit 10");
    assert!(check(&at_once).1.contains("wrong-join fails, first at its defaults"));
}

#[test]
fn a_wrong_fix_is_caught_where_only_two_knobs_together_show_it() {
    let second = r#"{"name":"patience","help":"How long.","type":"number","unit":"ms","min":5,"max":500,"default":50,"grid":[100]}"#;
    let checkout = Checkout::new();
    let description = DESCRIPTION.replace("[5,60]}]", &format!("[5,60]}},{second}]"));
    checkout.lab(&description, "[ $1 != buggy ] || exit 10\n[ $1 = fixed ] || case \"$*\" in *tick*60*patience*100* | *patience*100*tick*60*) exit 10;; esac");
    let (code, said) = check(&checkout);
    assert!(code == Some(0) && said.contains("first at patience=100 tick=60"), "{said}");
}

#[test]
fn a_wrong_fix_that_holds_everywhere_is_told() {
    let (code, said) = check(&lab("exit 0"));
    assert_eq!(code, Some(1), "{said}");
    let why = "wrong-join: violated somewhere on the grid was expected, another verdict at all of its 3 points was got";
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_fix_that_is_none_at_one_point_is_told_with_the_command_that_shows_it() {
    let (code, said) = check(&lab("[ $1 = fixed ] && [ $tick = 35 ] || exit 10"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("fixed: anything but violated was expected, violated was got"), "{said}");
    assert!(said.contains("still-running run lost-line fixed --tick"), "{said}");
}

#[test]
fn a_wrong_fix_that_breaks_down_is_not_caught_by_that() {
    let (code, said) = check(&lab("[ $1 = fixed ] || exit 101"));
    assert!(code == Some(1) && said.contains("exit code 101 was got"), "{said}");
}

#[test]
fn nothing_at_stake_is_fine_away_from_the_defaults_and_only_there() {
    let script = "[ $1 = fixed ] || exit 10; [ $tick = 35 ] || exit 11";
    assert_eq!(check(&lab(script)).0, Some(0));
    assert_eq!(check(&lab("[ $1 = fixed ] || exit 10; exit 11")).0, Some(1));
}

#[test]
fn a_wrong_fix_that_was_not_built_in_is_told() {
    let checkout = lab("[ $1 = fixed ] || exit 10");
    checkout.write("labs/lost-line/wrong/spawn.rs", "//! Tempting.\n");
    let (code, said) = check(&checkout);
    assert!(code == Some(1) && said.contains("without labs/lost-line/wrong/spawn.rs"), "{said}");
}
