//! What is said of the reader's own variant, for people: the same at the command line and on the page.

use super::shown::Shown;
use crate::catalog::Job;
use labkit_wire::{KnobKind, Verdict};
use still_running_protocol::{Finding, Level, Point, Problem};

/// What was seen at one point.
pub fn point(job: &Job, shown: &Shown, done: usize, of: usize) -> Point {
    let (done, of) = (done as u64, of as u64);
    let seen = match shown.verdict {
        Some(Verdict::Held) => format!("{}, {} survived", Verdict::Held, cancels(shown.cancels)),
        Some(Verdict::Violated) => Verdict::Violated.to_string(),
        Some(verdict) => format!("{verdict}: {}", shown.why),
        None => shown.why.clone(),
    };
    Point { done, of, fails: shown.fails, place: place(job), seen }
}

/// It is no fix: where that shows first, and what it is like.
pub fn failed(jobs: &[Job], first: usize, shown: &Shown, alike: Option<String>) -> Finding {
    let (job, number, of) = (&jobs[first], first + 1, jobs.len());
    let (what, verdict) = match shown.verdict {
        Some(Verdict::Unexercised) => ("nothing was at stake", Verdict::Unexercised),
        Some(verdict) => (verdict.word(), verdict),
        None => ("no verdict", Verdict::Violated),
    };
    let words = format!("{what} at point {number} of {of}, {}", place(job));
    Finding {
        verdict,
        words,
        why: why(shown),
        query: Some(query(job)),
        at: Some(job.command()),
        alike,
    }
}

/// What sets these knobs in the address of a chapter.
fn query(job: &Job) -> String {
    let slug = job.lab.slug();
    let set = job.turned().into_iter().map(|(name, value)| format!("{slug}.{name}={value}"));
    set.collect::<Vec<_>>().join("&")
}

fn why(shown: &Shown) -> Option<String> {
    let check =
        |[what, want, got]: &[String; 3]| format!("{what}: {want} was wanted, {got} was got.");
    match (shown.failed.first(), shown.verdict) {
        (Some(failed), _) => Some(check(failed)),
        (None, Some(Verdict::Unexercised)) => {
            Some(format!("Here {}, and with the fix something is at stake.", shown.why))
        }
        (None, _) => Some(format!("There {}.", shown.why.trim_end_matches('.'))),
    }
}

/// It is a fix, as far as anybody looked; or what keeps us from looking.
pub fn held(shown: &[Shown]) -> Finding {
    let count = |verdict| shown.iter().filter(|shown| shown.verdict == Some(verdict)).count();
    let (held, idle) = (count(Verdict::Held), count(Verdict::Unexercised));
    let survived: u64 = shown.iter().map(|shown| shown.cancels).sum();
    let missing = shown.iter().find(|shown| shown.verdict == Some(Verdict::Unavailable));
    let (verdict, words) = match (held, missing) {
        (0, Some(missing)) => (Verdict::Unavailable, format!("not run: {}", missing.why)),
        (0, None) => (Verdict::Unexercised, "nothing was cancelled at any point".to_owned()),
        (held, _) => {
            let points =
                if held == 1 { "its one point".to_owned() } else { format!("all {held} points") };
            (Verdict::Held, format!("held at {points}, {} survived", cancels(survived)))
        }
    };
    let more = [
        (idle > 0 && held > 0).then(|| {
            format!("At {idle} more nothing is cancelled, with the fix no more than with yours.")
        }),
        missing.filter(|_| held > 0).map(|missing| {
            let points = count(Verdict::Unavailable);
            format!("At {points} more it could not be run: {}", missing.why)
        }),
    ];
    let why: Vec<String> = more.into_iter().flatten().collect();
    let why = (!why.is_empty()).then(|| why.join(" "));
    Finding { verdict, words, why, query: None, at: None, alike: None }
}

fn cancels(n: u64) -> String {
    format!("{n} cancel{}", if n == 1 { "" } else { "s" })
}

/// Where the knobs stand, such as `tick = 40 ms, drip = 5 ms`.
pub fn place(job: &Job) -> String {
    let unit = |name: &str| match job.lab.description.knob(name).map(|knob| &knob.kind) {
        Some(KnobKind::Number { unit, .. }) if !unit.is_empty() => format!(" {unit}"),
        _ => String::new(),
    };
    let turned = job.turned();
    let said: Vec<_> =
        turned.iter().map(|(name, value)| format!("{name} = {value}{}", unit(name))).collect();
    if said.is_empty() { "all knobs at their defaults".to_owned() } else { said.join(", ") }
}

/// That the reader's own file does not compile, and where to look first; none where the compiler named no place.
pub fn does_not_compile(problems: &[Problem]) -> Option<String> {
    let first = problems.iter().find(|problem| problem.level == Level::Error)?;
    let place = match first.file.ends_with("/mine.rs") {
        true => format!("line {}", first.line),
        false => format!("as {}, line {}, uses it", first.file, first.line),
    };
    Some(format!("Your file does not compile, {place}: {}", first.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(verdict: Verdict, cancels: u64) -> Shown {
        Shown {
            verdict: Some(verdict),
            why: "nothing was cancelled".into(),
            cancels,
            ..Shown::default()
        }
    }

    #[test]
    fn held_never_stands_alone() {
        let points = [shown(Verdict::Held, 3), shown(Verdict::Held, 4)];
        assert_eq!(held(&points).words, "held at all 2 points, 7 cancels survived");
        let idle = [shown(Verdict::Held, 1), shown(Verdict::Unexercised, 0)];
        let finding = held(&idle);
        assert_eq!(finding.words, "held at its one point, 1 cancel survived");
        assert!(finding.why.unwrap().starts_with("At 1 more nothing is cancelled"));
    }

    #[test]
    fn where_nothing_was_cancelled_nothing_has_held() {
        let finding = held(&[shown(Verdict::Unexercised, 0)]);
        assert_eq!(
            (finding.verdict, finding.words.contains("held")),
            (Verdict::Unexercised, false)
        );
        let missing = held(&[shown(Verdict::Unavailable, 0)]);
        assert_eq!(missing.verdict, Verdict::Unavailable);
    }
}
