use labkit_wire::Verdict;
use serde::{Deserialize, Serialize};

/// A text frame from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToClient {
    /// Always first. The server sends at most this many bytes ahead of the last [`ToServer::Ack`].
    Window { bytes: u64 },
    /// The run waits for a free place; 1 is next. Sent again whenever the place changes.
    Queued { place: u64 },
    /// The run has a process now. Not sent to those who come later.
    Started,
    /// Output from offset `from` up to, not including, `to` is no longer kept. The next byte is `to`.
    Gap { from: u64, to: u64 },
    /// The run is over. After the last byte, and always last.
    Exit(Exit),
}

/// A text frame from the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToServer {
    /// The offset up to which output has been taken in (a total, not a difference), in bytes; a gap counts as
    /// taken in. Due at least every quarter of the window, or both sides wait for ever.
    Ack { bytes: u64 },
    /// End the run.
    Stop,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The lab's exit code; none where a signal ended it, or it never began.
    pub code: Option<i32>,
    /// The signal that ended it, by name, such as `SIGKILL`.
    pub signal: Option<String>,
    pub reason: Reason,
    /// What the exit code stands for, where it stands for a verdict.
    pub verdict: Option<Verdict>,
}

/// Why a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    #[serde(rename = "exited")]
    Exited,
    #[serde(rename = "stopped")]
    Stopped,
    #[serde(rename = "time limit")]
    TimeLimit,
    #[serde(rename = "output limit")]
    OutputLimit,
    #[serde(rename = "viewers gone")]
    ViewersGone,
    #[serde(rename = "server stopping")]
    ServerStopping,
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
        };
        let json = serde_json::to_string(&ToClient::Exit(exit)).unwrap();
        assert_eq!(
            json,
            r#"{"type":"exit","code":10,"signal":null,"reason":"exited","verdict":"violated"}"#
        );
    }

    #[test]
    fn control_from_the_page_is_read_and_nothing_else_is() {
        assert_eq!(
            serde_json::from_str::<ToServer>(r#"{"type":"ack","bytes":7}"#).unwrap(),
            ToServer::Ack { bytes: 7 }
        );
        assert_eq!(serde_json::from_str::<ToServer>(r#"{"type":"stop"}"#).unwrap(), ToServer::Stop);
        for bad in
            ["", "stop", r#"{"type":"ack"}"#, r#"{"type":"ack","bytes":-1}"#, r#"{"type":"run"}"#]
        {
            assert!(serde_json::from_str::<ToServer>(bad).is_err(), "{bad}");
        }
    }
}
