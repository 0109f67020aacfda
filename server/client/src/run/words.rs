//! What the page says about a run, in whole sentences.

use crate::browser::json::Lab;
use crate::run::tape::Tape;
use crate::run::{Knobs, value};
use labkit_wire::text::join;
use labkit_wire::{Knob, KnobKind, Verdict};
use still_running_protocol::Programs;
use still_running_protocol::{Exit, Level, Reason};
use still_running_view::Run;
use still_running_view::recording::date;

/// The one line at a run's end, such as `lost-line buggy: violated — 1 of 1 checks failed, 312 ms`.
pub fn ending(lab: &str, variant: &str, exit: &Exit, tape: &Tape) -> String {
    if let Some(found) = &exit.finding {
        return format!("{lab} mine: {}", found.words);
    }
    let outcome = match (exit.reason, exit.verdict) {
        (Reason::Exited, Some(verdict)) => format!("{verdict} — {}", detail(verdict, tape)),
        (Reason::Exited, None) => uncompiled(exit).unwrap_or_else(|| fault(exit)),
        (reason, _) => cut_short(reason).to_owned(),
    };
    format!("{lab} {variant}: {outcome}")
}

/// A run as its recording tells it.
pub fn recorded(lab: &str, variant: &str, tape: &Tape) -> String {
    match &tape.verdict {
        Some((verdict, _)) => {
            let when = tape.recorded.map(date).unwrap_or_default();
            format!("{lab} {variant}: {verdict} — {} (recorded {when})", detail(*verdict, tape))
        }
        None => format!("{lab} {variant}: no verdict in this recording"),
    }
}

/// The knobs of a lab that are set, and not to their defaults.
pub fn turned<'a>(lab: &'a Lab, knobs: &'a Knobs) -> Vec<(&'a Knob, &'a str)> {
    let mut all = vec![];
    for knob in &lab.knobs {
        let value = value(knobs, &knob.name);
        all.extend(value.filter(|v| *v != knob.default_text()).map(|v| (knob, v)));
    }
    all
}

/// Where these knobs were not recorded: which were, and what to type.
pub fn unrecorded(lab: &Lab, variant: &str, knobs: &Knobs) -> String {
    let turned = turned(lab, knobs);
    let mut typed = String::new();
    for (knob, value) in &turned {
        typed += &format!(" --{} {value}", knob.name);
    }
    let instead = match turned.as_slice() {
        [(knob, _)] => format!("{} was recorded at {}", knob.name, join(&knob.grid(), ", ")),
        _ => "One knob at a time was recorded".to_owned(),
    };
    format!(
        "No recording of this. {instead}. To run it: target/debug/still-running run {} {variant}{typed}",
        lab.slug
    )
}

fn detail(verdict: Verdict, tape: &Tape) -> String {
    let checks = tape.checks;
    let time = still_running_view::text::time(tape.now);
    let plural = if checks.made == 1 { "check" } else { "checks" };
    match verdict {
        Verdict::Violated => {
            format!("{} of {} {plural} failed, {time}", checks.failed, checks.made)
        }
        Verdict::Held if checks.made > 0 => format!("{} {plural} held, {time}", checks.made),
        Verdict::Held => format!("{} {time}", verdict.meaning()),
        _ => match &tape.verdict {
            Some((_, why)) if !why.is_empty() => why.clone(),
            _ => verdict.meaning().to_owned(),
        },
    }
}

/// Where the reader's own file does not compile: that it does not, and where to look first.
fn uncompiled(exit: &Exit) -> Option<String> {
    let first = exit.problems.iter().find(|p| p.level == Level::Error)?;
    let place = match first.file.ends_with("/mine.rs") {
        true => format!("line {}", first.line),
        false => format!("as {}, line {}, uses it", first.file, first.line),
    };
    Some(format!("your file does not compile, {place}: {}", first.message))
}

fn fault(exit: &Exit) -> String {
    let how = match (&exit.code, &exit.signal) {
        (Some(code), _) => format!("it ended with code {code}"),
        (None, Some(signal)) => format!("it was ended by {signal}"),
        (None, None) => "it never began".to_owned(),
    };
    format!("no verdict — {how}, a fault of the lab itself; its last lines say more")
}

fn cut_short(reason: Reason) -> &'static str {
    match reason {
        Reason::Exited => "ended",
        Reason::Stopped => "stopped — you ended it before it could tell",
        Reason::TimeLimit => "ended by the server — it ran longer than a run may",
        Reason::OutputLimit => "ended by the server — it printed more than a run may",
        Reason::ViewersGone => "ended by the server — nobody watched it for a while",
        Reason::ByTeacher => "ended by the teacher — run it again when the class goes on",
        Reason::ServerStopping => "ended — the server is stopping; run it again when it is back",
    }
}

/// Where the script that runs programs in this page is not to be had. How a program itself ended, that script says.
pub const NO_SCRIPT: &str = "The script that runs labs in this page could not be loaded.";

/// What has just run in this page.
pub fn here(programs: &Programs) -> String {
    let Programs { compiler, tokio, .. } = programs;
    format!(
        "Run in your browser just now: the same program and the same tokio ({tokio}), compiled to WebAssembly by {compiler}; \
         on a virtual clock, in one thread, without a network."
    )
}

/// The class that colours the line; the word is always in the line too.
pub fn class(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Held) => "is-held",
        Some(Verdict::Violated) => "is-violated",
        Some(_) => "is-unexercised",
        None => "is-fault",
    }
}

/// The knobs that are not at their defaults, such as `tick = 40 ms`; empty where all are.
pub fn knobs(lab: &Lab, set: &Knobs) -> String {
    let said: Vec<String> =
        turned(lab, set).iter().map(|(known, value)| knob(known, value)).collect();
    join(&said, ", ")
}

/// A knob at a value, such as `tick = 40 ms`.
pub fn knob(knob: &Knob, value: &str) -> String {
    match &knob.kind {
        KnobKind::Number { unit, .. } if !unit.is_empty() => {
            format!("{} = {value} {unit}", knob.name)
        }
        _ => format!("{} = {value}", knob.name),
    }
}

/// What a figure shows, with the knobs that run had: `lost-line buggy, tick = 500 ms`.
pub fn ran(lab: &Lab, run: &Run) -> String {
    let had: Knobs = run.knobs.iter().map(|(name, v)| (name.to_owned(), v)).collect();
    let turned = knobs(lab, &had);
    let with = if turned.is_empty() { "knobs at their defaults" } else { &turned };
    format!("{} {}, {with}", lab.slug, run.variant)
}

/// Beside what is played for somebody who waits.
pub const MEANWHILE: &str = "This is a recording; it ends when your run starts.";

pub fn queued(place: u64, about: Option<u64>) -> String {
    let before = match place {
        0 | 1 => "you are next".to_owned(),
        n => format!("{} before you", n - 1),
    };
    let time = about.map(|s| format!(", about {s} s")).unwrap_or_default();
    format!("Waiting for a free place: {before}{time}.")
}

pub fn gap(from: u64, to: u64) -> String {
    format!("[{} bytes of output are no longer kept by the server]", to.saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use labkit_wire::{Event, Kind, encode};
    use still_running_protocol::Problem;

    fn tape(oks: &[bool], verdict: Verdict) -> Tape {
        let check = |ok: &bool| Kind::Check {
            what: "lines".into(),
            want: "1".into(),
            got: "0".into(),
            ok: *ok,
        };
        let end = Kind::Verdict { verdict, why: "nothing was cancelled".into() };
        let mut tape = Tape::default();
        for (seq, kind) in oks.iter().map(check).chain([end]).enumerate() {
            let event = Event { seq: seq as u64, at: 312_000, lane: "t".into(), kind };
            tape.push(&encode(&event).unwrap());
        }
        tape
    }

    fn exit(code: Option<i32>, reason: Reason) -> Exit {
        let verdict = code.and_then(Verdict::from_code);
        Exit { code, signal: None, reason, verdict, problems: vec![], finding: None }
    }

    #[test]
    fn the_line_says_lab_variant_verdict_and_why() {
        let violated = tape(&[false], Verdict::Violated);
        assert_eq!(
            ending("lost-line", "buggy", &exit(Some(10), Reason::Exited), &violated),
            "lost-line buggy: violated — 1 of 1 check failed, 312 ms"
        );
        let held = tape(&[true, true], Verdict::Held);
        assert_eq!(
            ending("lost-line", "fixed", &exit(Some(0), Reason::Exited), &held),
            "lost-line fixed: held — 2 checks held, 312 ms"
        );
        let idle = tape(&[], Verdict::Unexercised);
        assert_eq!(
            ending("lost-line", "fixed", &exit(Some(11), Reason::Exited), &idle),
            "lost-line fixed: unexercised — nothing was cancelled"
        );
    }

    #[test]
    fn a_run_without_a_verdict_is_never_called_held() {
        let crashed = ending("x", "buggy", &exit(Some(101), Reason::Exited), &Tape::default());
        assert!(crashed.contains("code 101") && crashed.contains("no verdict"), "{crashed}");
        let stopped = ending("x", "buggy", &exit(None, Reason::Stopped), &Tape::default());
        assert!(stopped.contains("stopped"), "{stopped}");
    }

    #[test]
    fn a_file_that_does_not_compile_is_no_fault_of_the_lab() {
        let problem = |file: &str| Problem {
            file: file.into(),
            level: Level::Error,
            line: 14,
            column: 1,
            end_line: 14,
            end_column: 2,
            message: "mismatched types".into(),
            label: None,
            code: None,
        };
        let said = |file| {
            let problems = vec![problem(file)];
            let exit = Exit { problems, ..exit(Some(101), Reason::Exited) };
            ending("x", "mine", &exit, &Tape::default())
        };
        let mine = "x mine: your file does not compile, line 14: mismatched types";
        assert_eq!(said("labs/x/mine.rs"), mine);
        assert!(said("labs/x/lab.rs").contains("as labs/x/lab.rs, line 14, uses it"));
    }

    #[test]
    fn the_queue_is_told_in_people() {
        assert_eq!(queued(1, None), "Waiting for a free place: you are next.");
        assert_eq!(queued(3, Some(20)), "Waiting for a free place: 2 before you, about 20 s.");
    }
}
