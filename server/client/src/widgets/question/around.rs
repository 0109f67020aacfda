//! A threshold is found by runs on both of its sides.

use labkit_wire::Verdict;

/// A run, as far as a threshold is concerned.
#[derive(Debug, Clone)]
pub struct Side {
    pub knob: String,
    pub at: u64,
    /// Whether it is on the far side, by the book.
    pub beyond: bool,
    pub verdict: Verdict,
}

/// The nearest run on each side that was made so far.
#[derive(Debug, Default)]
pub struct Sides {
    near: Option<Side>,
    far: Option<Side>,
}

impl Sides {
    pub fn add(&mut self, run: Side) {
        let place = if run.beyond { &mut self.far } else { &mut self.near };
        let nearer =
            |known: &Side| if run.beyond { run.at <= known.at } else { run.at >= known.at };
        if place.as_ref().is_none_or(nearer) {
            *place = Some(run);
        }
    }

    /// Which runs decided; or what was seen, and what is still to be tried.
    pub fn decided(&self) -> Result<String, String> {
        match (&self.near, &self.far) {
            (Some(near), Some(far)) if near.verdict != far.verdict => {
                Ok(format!("Decided by two runs: {}, {}.", said(near), said(far)))
            }
            (Some(near), Some(far)) => Err(format!(
                "Two runs, and no difference: {}, {}. Try values between or beyond them.",
                said(near),
                said(far)
            )),
            (Some(one), None) | (None, Some(one)) => {
                Err(format!("So far: {}. Now find a value with another verdict.", said(one)))
            }
            (None, None) => Err(String::new()),
        }
    }
}

fn said(run: &Side) -> String {
    format!("{} = {} {}", run.knob, run.at, run.verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(at: u64, verdict: Verdict) -> Side {
        Side { knob: "tick".into(), at, beyond: at >= 140, verdict }
    }

    #[test]
    fn one_run_is_not_enough_and_two_on_one_side_are_not() {
        let mut sides = Sides::default();
        for at in [60, 139] {
            sides.add(run(at, Verdict::Violated));
            assert!(sides.decided().unwrap_err().contains("another verdict"));
        }
    }

    #[test]
    fn the_nearest_run_of_each_side_decides_and_is_named() {
        let mut sides = Sides::default();
        for at in [60, 139, 35] {
            sides.add(run(at, Verdict::Violated));
        }
        for at in [500, 141, 200] {
            sides.add(run(at, Verdict::Unexercised));
        }
        assert_eq!(
            sides.decided().unwrap(),
            "Decided by two runs: tick = 139 violated, tick = 141 unexercised."
        );
    }

    #[test]
    fn runs_that_do_not_differ_decide_nothing() {
        let mut sides = Sides::default();
        sides.add(run(60, Verdict::Violated));
        sides.add(run(500, Verdict::Violated));
        assert!(sides.decided().unwrap_err().contains("no difference"));
    }
}
