use serde::{Deserialize, Serialize};

/// Where the class is with its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Nothing is asked.
    Idle,
    /// Votes are taken. No other phase takes any.
    Ask,
    /// Votes are no longer taken; nobody has seen them.
    Closed,
    /// The room talks, and has not seen the votes either.
    Discuss,
    /// All see the votes.
    Reveal,
}

/// What a teacher may do with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Asks a question, this one or another.
    Ask,
    Close,
    Discuss,
    /// The same question, a second time.
    Again,
    Reveal,
    /// Done with the question.
    Clear,
}

/// A step that can't be made now, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotNow(&'static str);

impl Phase {
    /// The phase after a step, or why the step can't be made now.
    pub fn after(self, step: Step) -> Result<Self, NotNow> {
        use Phase::{Ask, Closed, Discuss, Idle, Reveal};
        match (step, self) {
            (Step::Ask, Idle | Closed | Discuss | Reveal) => Ok(Ask),
            (Step::Again, Closed | Discuss | Reveal) => Ok(Ask),
            (Step::Close, Ask) => Ok(Closed),
            (Step::Discuss, Ask | Closed) => Ok(Discuss),
            (Step::Reveal, Ask | Closed | Discuss) => Ok(Reveal),
            (Step::Clear, Closed | Discuss | Reveal) => Ok(Idle),
            (step, phase) => Err(NotNow(why_not(step, phase))),
        }
    }

    /// As it stands in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ask => "ask",
            Self::Closed => "closed",
            Self::Discuss => "discuss",
            Self::Reveal => "reveal",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        let all = [Self::Idle, Self::Ask, Self::Closed, Self::Discuss, Self::Reveal];
        all.into_iter().find(|phase| phase.word() == word)
    }
}

fn why_not(step: Step, phase: Phase) -> &'static str {
    match (step, phase) {
        (Step::Ask, _) => {
            "A question is open. Close it, or reveal its answers, before you ask another."
        }
        (_, Phase::Idle) => "No question was asked. Ask one first.",
        (Step::Clear, _) => "The question is still open. Close it first.",
        (Step::Again, _) => "The question is open already.",
        (Step::Close, _) => "The question is closed already.",
        (Step::Discuss, _) => {
            "The talk comes before the votes are shown. Ask again, or ask another question."
        }
        (Step::Reveal, _) => "The votes are shown already.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 5] =
        [Phase::Idle, Phase::Ask, Phase::Closed, Phase::Discuss, Phase::Reveal];

    #[test]
    fn a_question_goes_from_asked_to_revealed_by_way_of_two_rounds() {
        let mut phase = Phase::Idle;
        for (step, then) in [
            (Step::Ask, Phase::Ask),
            (Step::Close, Phase::Closed),
            (Step::Discuss, Phase::Discuss),
            (Step::Again, Phase::Ask),
            (Step::Reveal, Phase::Reveal),
            (Step::Clear, Phase::Idle),
        ] {
            phase = phase.after(step).unwrap();
            assert_eq!(phase, then);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_a_sentence() {
        for (step, phase) in [
            (Step::Ask, Phase::Ask),
            (Step::Close, Phase::Idle),
            (Step::Close, Phase::Reveal),
            (Step::Again, Phase::Idle),
            (Step::Again, Phase::Ask),
            (Step::Discuss, Phase::Reveal),
            (Step::Reveal, Phase::Idle),
            (Step::Reveal, Phase::Reveal),
            (Step::Clear, Phase::Ask),
        ] {
            let why = phase.after(step).unwrap_err().to_string();
            assert!(why.ends_with('.') && why.len() > 20, "{step:?} in {phase:?}: {why}");
        }
    }

    #[test]
    fn each_phase_is_read_as_it_was_written() {
        for phase in PHASES {
            assert_eq!(Phase::read(phase.word()), Some(phase));
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.word());
        }
        assert_eq!(Phase::read("asking"), None);
    }
}
