//! What the protocol writes comes back as it was.

use super::*;
use crate::browser::keep::keep;
use labkit_wire::{Choice, Clock, Description, Knob, KnobKind, Need, Verdict};
use serde::Serialize;
use std::fmt::Debug;
use still_running_protocol::{
    Created, Exit, Finding, LabInfo, Labs as Sent, Level, Point, Problem, Reason, Refusal, ToClient,
};

fn comes_back<T: Read + Serialize + PartialEq + Debug>(it: T) {
    let json = serde_json::to_string(&it).unwrap();
    assert_eq!(parse::<T>(&json).as_ref(), Some(&it), "{json}");
}

#[test]
fn control_is_read_as_the_server_writes_it() {
    comes_back(ToClient::Window { bytes: 1 << 20 });
    comes_back(ToClient::Queued { place: 3, about: None });
    comes_back(ToClient::Queued { place: 3, about: Some(20) });
    comes_back(ToClient::Started);
    let (place, seen) = ("tick = 5 ms".into(), "violated".into());
    comes_back(ToClient::Point(Point { done: 3, of: 24, fails: true, place, seen }));
    comes_back(ToClient::Gap { from: 1, to: u64::MAX });
}

#[test]
fn every_way_a_run_ends_is_read() {
    use Reason::*;
    for reason in [Exited, Stopped, TimeLimit, OutputLimit, ViewersGone, ServerStopping] {
        let signal = (reason != Exited).then(|| "SIGKILL".to_owned());
        for code in [None, Some(-1), Some(0), Some(10), Some(11), Some(12), Some(101)] {
            let verdict = code.and_then(Verdict::from_code);
            let (signal, problems) = (signal.clone(), some_problems());
            let finding = verdict.map(a_finding).map(Box::new);
            let exit = Exit { code, signal, reason, verdict, problems, finding };
            comes_back(ToClient::Exit(exit));
        }
    }
}

fn a_finding(verdict: Verdict) -> Finding {
    let said = (verdict != Verdict::Held).then(|| "It failed.".to_owned());
    let query = said.as_ref().map(|_| "lost-line.tick=5".to_owned());
    let (why, at, alike) = (said.clone(), said.clone(), said);
    Finding { verdict, words: "violated at point 1 of 2".into(), why, query, at, alike }
}

fn some_problems() -> Vec<Problem> {
    let problem = |level, label: Option<&str>| Problem {
        file: "labs/lost-line/mine.rs".into(),
        level,
        line: 14,
        column: 5,
        end_line: 15,
        end_column: 2,
        message: "mismatched types".into(),
        label: label.map(Into::into),
        code: label.map(|_| "E0308".into()),
    };
    vec![problem(Level::Error, Some("expected `u32`")), problem(Level::Warning, None)]
}

#[test]
fn a_catalogue_is_read_whole() {
    let number =
        KnobKind::Number { unit: "ms".into(), min: 5, max: 500, default: 35, grid: vec![7, 9] };
    let choices = vec![Choice { value: "auto".into(), help: "what is there".into() }];
    let choice = KnobKind::Choice { choices, default: "auto".into() };
    let knob = |kind| Knob { name: "k".into(), help: "h".into(), kind };
    let lab = |clock, missing: Option<&str>| LabInfo {
        lab: Description {
            version: 1,
            slug: "a-lab".into(),
            title: "t".into(),
            crates: vec!["tokio".into()],
            article: vec!["1.2".into()],
            clock,
            variants: vec!["buggy".into(), "fixed".into()],
            knobs: vec![knob(number.clone()), knob(choice.clone())],
            wrong: vec![],
            needs: vec![Need::Postgres],
        },
        missing: missing.map(str::to_owned),
    };
    let labs = vec![lab(Clock::Paused, None), lab(Clock::Real, Some("PostgreSQL"))];
    let wanted = |info: &LabInfo| {
        let LabInfo { lab: Description { slug, clock, variants, knobs, .. }, missing } =
            info.clone();
        keep(Lab { slug, clock, variants, knobs, missing })
    };
    for building in [vec![], vec!["b-lab".to_owned(), "c-lab".to_owned()]] {
        let labs = labs.clone();
        let all = labs.iter().map(wanted).collect();
        let read = Labs { labs: all, mine: true, building: building.clone() };
        let sent = serde_json::to_string(&Sent { labs, mine: true, building }).unwrap();
        assert_eq!(parse::<Labs>(&sent), Some(read), "{sent}");
    }
    comes_back(Created { id: "7".into(), socket: "/api/runs/7/socket".into() });
}

#[test]
fn a_refusal_says_its_sentence() {
    let (error, allowed) = ("unknown-lab".into(), vec!["a-lab".into()]);
    let sent = Refusal { error, message: "No.".into(), allowed, stands: None };
    assert_eq!(refusal(&serde_json::to_string(&sent).unwrap()).unwrap(), "No.");
    assert_eq!((refusal("{}"), refusal("<html>")), (None, None));
}

#[test]
fn fields_are_given_as_one_would_type_them() {
    let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let json = r#"{"tick":35,"database":"sqlite"}"#;
    assert_eq!(fields(json), [typed("tick", "35"), typed("database", "sqlite")]);
    assert!(fields("").is_empty() && fields("[]").is_empty());
}

#[test]
fn what_is_no_message_is_refused() {
    for none in ["", "null", "{}", r#"{"type":"window"}"#, r#"{"type":"x"}"#] {
        assert!(parse::<ToClient>(none).is_none(), "{none}");
    }
}
