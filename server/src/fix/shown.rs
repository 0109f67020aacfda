//! What one run showed, from the events in its output.

use crate::keeper::{Captured, End, Order, Status, capture_until};
use labkit_wire::{Item, Kind, Parser, Verdict};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How much of a run's output is read: its checks come last.
const TAIL: usize = 256 << 10;

/// What a run showed.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// None where the run had none: it crashed, or took too long.
    pub verdict: Option<Verdict>,
    /// Why, in the lab's words.
    pub why: String,
    /// The checks that failed: what, what was wanted, what was got.
    pub failed: Vec<[String; 3]>,
    /// Cancels that it survived, where it held.
    pub cancels: u64,
    /// Whether that is no fix.
    pub fails: bool,
    /// Whether it was still running when its time was over.
    pub hangs: bool,
}

impl Shown {
    /// Of a run that showed nothing.
    pub fn fault(why: String) -> Self {
        Self { why, fails: true, ..Self::default() }
    }
}

/// Runs a lab to its end, to its limit, or until `stop` is cancelled. None of its processes is left then.
pub async fn run(order: &Order, limit: Duration, stop: &CancellationToken) -> Shown {
    let Captured { output, end } = match capture_until(order, limit, TAIL, stop.cancelled()).await {
        Ok(captured) => captured,
        Err(why) => return Shown::fault(why.to_string()),
    };
    let ended = match end {
        End::Exited(Some(Status::Code(code))) => {
            Verdict::from_code(code).ok_or_else(|| crashed(&output, code))
        }
        End::Exited(status) => {
            let signal = status.and_then(Status::signal);
            Err(format!("it was ended by {}", signal.unwrap_or("the end of its keeper".to_owned())))
        }
        End::TimeLimit => {
            let why = format!("it was still running after {} s", limit.as_secs());
            return Shown { hangs: true, ..Shown::fault(why) };
        }
    };
    match ended {
        Ok(verdict) => read(&output, verdict),
        Err(why) => Shown::fault(why),
    }
}

/// The last thing that a run said of itself which crashed.
fn crashed(output: &[u8], code: i32) -> String {
    let text = text(output);
    let panic = text.lines().position(|line| line.contains("panicked at"));
    let said = panic.map(|at| text.lines().skip(at).take(2).collect::<Vec<_>>().join(" "));
    let last = || text.lines().rfind(|line| !line.trim().is_empty()).map(str::to_owned);
    match said.or_else(last) {
        Some(said) => format!("it ended with code {code}: {}", said.trim()),
        None => format!("it ended with code {code}"),
    }
}

fn text(output: &[u8]) -> String {
    let mut parser = Parser::default();
    let items = parser.push(output).into_iter().chain(parser.finish());
    let text = items.filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None });
    String::from_utf8_lossy(&text.flatten().collect::<Vec<u8>>()).into_owned()
}

fn read(output: &[u8], verdict: Verdict) -> Shown {
    let mut shown = Shown { verdict: Some(verdict), ..Shown::default() };
    for item in Parser::default().push(output) {
        match item {
            Item::Event(event) => match event.kind {
                Kind::Check { what, want, got, ok: false } => shown.failed.push([what, want, got]),
                Kind::Verdict { why, .. } => shown.why = why,
                _ => {}
            },
            Item::Text(_) => {}
        }
    }
    if verdict == Verdict::Held {
        shown.cancels = cancels(&shown.why);
    }
    shown
}

/// How many cancels a run survived, in the lab's words.
fn cancels(why: &str) -> u64 {
    let count = why.rsplit(", ").find(|part| part.ends_with(" survived"));
    count.and_then(|part| part.split(' ').next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cancels_that_were_survived_are_counted() {
        assert_eq!(cancels("1 check held, 1 cancel survived"), 1);
        assert_eq!(cancels("2 checks held, 46 cancels survived"), 46);
        assert_eq!(cancels("nothing was cancelled"), 0);
    }

    #[test]
    fn a_crash_is_told_by_its_panic() {
        let output =
            b"  5 ms  peer\n\nthread 'main' panicked at mine.rs:3:9:\nno byte\nnote: run with\n";
        let said = crashed(output, 101);
        assert_eq!(said, "it ended with code 101: thread 'main' panicked at mine.rs:3:9: no byte");
    }
}
