//! A run that another server of the class has: what it prints is taken in from there, and it is watched as any other.

use super::{
    Counts, Limits, Run,
    queue::Wait,
    run::{About, Phase},
};
use bytes::Bytes;
use std::sync::Arc;
use still_running_protocol::{Exit, Reason, ToClient};

impl Run {
    pub fn elsewhere(id: String, about: About, limits: &Limits, counts: Arc<Counts>) -> Self {
        let mut run = Self::of(id, about, limits, counts);
        run.elsewhere = true;
        run
    }

    /// Output from a byte on. Viewers are told what is missing before it.
    pub fn take_in(&self, from: u64, mut bytes: Bytes) {
        let end = {
            let log = &mut self.lock().log;
            log.skip_to(from);
            log.end()
        };
        // What it has already may come again.
        let known = (end.saturating_sub(from) as usize).min(bytes.len());
        drop(bytes.split_to(known));
        if !bytes.is_empty() {
            drop(self.keep(bytes));
        }
    }

    /// The offset after the last byte.
    pub fn printed(&self) -> u64 {
        self.lock().log.end()
    }

    /// How it goes, as its own server tells a viewer.
    pub fn goes(&self, said: ToClient) {
        match said {
            ToClient::Queued { place, about } => {
                self.set_phase(Phase::Queued(Wait { place, about }))
            }
            ToClient::Started if !self.lock().began => self.begin(),
            ToClient::Exit(exit) => self.set_phase(Phase::Ended(exit)),
            _ => {}
        }
    }

    /// It is watched here no longer: whoever does is told why.
    pub fn let_go(&self, reason: Reason) {
        if self.elsewhere && !self.is_over() {
            let (code, signal, verdict) = (None, None, None);
            let (problems, finding) = (vec![], None);
            self.goes(ToClient::Exit(Exit { code, signal, reason, verdict, problems, finding }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::Seat;

    fn run() -> Arc<Run> {
        let about = About { lab: "x".into(), variant: "buggy".into(), knobs: Default::default() };
        Arc::new(Run::elsewhere("id".into(), about, &Limits::default(), Arc::default()))
    }

    #[tokio::test]
    async fn what_comes_twice_is_there_once_and_what_is_missing_is_told() {
        let run = run();
        let seat = Seat::guest(run.clone(), 0, 1 << 20).unwrap();
        let mut reader = seat.reader();
        for (from, bytes) in [(0, "abc"), (0, "abcd"), (3, "d"), (9, "xyz")] {
            run.take_in(from, bytes.into());
        }
        run.let_go(Reason::ByTeacher);
        let mut told = vec![];
        while told.last().is_none_or(|last: &String| !last.starts_with("Exit")) {
            told.push(format!("{:?}", reader.next().await));
        }
        assert_eq!(
            told[0], "Control(Gap { from: 0, to: 9 })",
            "the log holds what follows on itself"
        );
        assert!(told[1].contains("xyz") && told[2].contains("ByTeacher"), "{told:?}");
    }
}
