use crate::{Finding, Point, Problem, object::only_as_object};
use labkit_wire::Verdict;
use serde::{Deserialize, Serialize};

/// A text frame from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToClient {
    /// Always first. The server sends at most this many bytes ahead of the last [`ToServer::Ack`].
    Window {
        /// How far ahead.
        bytes: u64,
    },
    /// The run waits for a free place; 1 is next. Sent again whenever the place changes.
    Queued {
        /// How many turns until its own.
        place: u64,
        /// About how many seconds that takes, by what runs took of late; none where no run has ended yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<u64>,
    },
    /// The run has a process now. Not sent to those who come later.
    Started,
    /// A check of the reader's own variant was at one more point; those before it may be left out.
    Point(Point),
    /// Output from offset `from` up to, not including, `to` is no longer kept. The next byte is `to`.
    Gap {
        /// The first byte that is missing.
        from: u64,
        /// The first that is there again.
        to: u64,
    },
    /// The run is over. After the last byte, and always last.
    Exit(Exit),
}

/// A text frame from the page: an object, each of its fields said once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "type", rename_all = "lowercase")]
pub enum ToServer {
    /// The offset up to which output has been taken in (a total, not a difference), in bytes; a gap counts as
    /// taken in. Due at least every quarter of the window, or both sides wait for ever.
    Ack {
        /// All taken in so far.
        bytes: u64,
    },
    /// End the run.
    Stop,
}

only_as_object!(ToServer);

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The lab's exit code; none where a signal ended it, or it never began.
    pub code: Option<i32>,
    /// The signal that ended it, by name, such as `SIGKILL`.
    pub signal: Option<String>,
    /// Who or what ended it.
    pub reason: Reason,
    /// What the exit code stands for, where it stands for a verdict.
    pub verdict: Option<Verdict>,
    /// What the compiler says of the reader's own variant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What a check of it came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Box<Finding>>,
}

/// Why a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Reason {
    /// The lab ended by itself.
    Exited,
    /// Somebody asked for its end.
    Stopped,
    /// It took longer than a run may.
    TimeLimit,
    /// It printed more than a run may.
    OutputLimit,
    /// Nobody watched it any more.
    ViewersGone,
    /// The server itself was asked to stop.
    ServerStopping,
    /// The teacher of the class ended it, with all others or for the next thing to be shown.
    ByTeacher,
}

impl Reason {
    const ALL: [Self; 7] = [
        Self::Exited,
        Self::Stopped,
        Self::TimeLimit,
        Self::OutputLimit,
        Self::ViewersGone,
        Self::ServerStopping,
        Self::ByTeacher,
    ];

    /// As it is said on the socket, and in `/metrics`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exited => "exited",
            Self::Stopped => "stopped",
            Self::TimeLimit => "time limit",
            Self::OutputLimit => "output limit",
            Self::ViewersGone => "viewers gone",
            Self::ServerStopping => "server stopping",
            Self::ByTeacher => "ended by the teacher",
        }
    }

    /// The reason that [`Self::word`] names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

impl From<Reason> for &'static str {
    fn from(reason: Reason) -> Self {
        reason.word()
    }
}

impl TryFrom<String> for Reason {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::from_word(&word).ok_or_else(|| format!("{word:?} ends no run"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_message_reads_as_documented() {
        let exit = Exit {
            code: Some(10),
            signal: None,
            reason: Reason::Exited,
            verdict: Some(Verdict::Violated),
            problems: vec![],
            finding: None,
        };
        let json = serde_json::to_string(&ToClient::Exit(exit)).unwrap();
        assert_eq!(
            json,
            r#"{"type":"exit","code":10,"signal":null,"reason":"exited","verdict":"violated"}"#
        );
    }

    #[test]
    fn every_reason_is_read_as_it_is_written() {
        for reason in Reason::ALL {
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("{:?}", reason.word()));
            assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason);
        }
        assert!(serde_json::from_str::<Reason>("\"bored\"").is_err());
    }

    #[test]
    fn control_from_the_page_is_read_and_nothing_else_is() {
        assert_eq!(
            serde_json::from_str::<ToServer>(r#"{"type":"ack","bytes":7}"#).unwrap(),
            ToServer::Ack { bytes: 7 }
        );
        assert_eq!(serde_json::from_str::<ToServer>(r#"{"type":"stop"}"#).unwrap(), ToServer::Stop);
        for bad in [
            "",
            "stop",
            r#""stop""#,
            r#"["stop"]"#,
            r#"["ack",7]"#,
            r#"{"type":"ack"}"#,
            r#"{"type":"ack","bytes":-1}"#,
            r#"{"type":"ack","bytes":1,"bytes":2}"#,
            r#"{"type":"stop","type":"stop"}"#,
            r#"{"type":"run"}"#,
        ] {
            assert!(serde_json::from_str::<ToServer>(bad).is_err(), "{bad}");
        }
    }
}
