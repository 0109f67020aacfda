use rustix::process::{Signal, WaitStatus};
use std::{fmt, str::FromStr};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Code(i32),
    Signal(i32),
}

impl Status {
    pub(super) fn of(status: WaitStatus) -> Self {
        match status.terminating_signal() {
            Some(signal) => Self::Signal(signal),
            None => Self::Code(status.exit_status().unwrap_or(-1)),
        }
    }

    pub fn code(self) -> Option<i32> {
        match self {
            Self::Code(code) => Some(code),
            Self::Signal(_) => None,
        }
    }

    /// The name of the signal that ended it, such as `SIGKILL`.
    pub fn signal(self) -> Option<String> {
        match self {
            Self::Code(_) => None,
            Self::Signal(raw) => Some(name(raw)),
        }
    }
}

fn name(raw: i32) -> String {
    let known = NAMES.iter().find(|(signal, _)| signal.as_raw() == raw);
    known.map_or_else(|| format!("signal {raw}"), |(_, name)| (*name).to_owned())
}

const NAMES: &[(Signal, &str)] = &[
    (Signal::HUP, "SIGHUP"),
    (Signal::INT, "SIGINT"),
    (Signal::QUIT, "SIGQUIT"),
    (Signal::ILL, "SIGILL"),
    (Signal::TRAP, "SIGTRAP"),
    (Signal::ABORT, "SIGABRT"),
    (Signal::BUS, "SIGBUS"),
    (Signal::FPE, "SIGFPE"),
    (Signal::KILL, "SIGKILL"),
    (Signal::USR1, "SIGUSR1"),
    (Signal::SEGV, "SIGSEGV"),
    (Signal::USR2, "SIGUSR2"),
    (Signal::PIPE, "SIGPIPE"),
    (Signal::ALARM, "SIGALRM"),
    (Signal::TERM, "SIGTERM"),
    (Signal::XCPU, "SIGXCPU"),
    (Signal::XFSZ, "SIGXFSZ"),
    (Signal::VTALARM, "SIGVTALRM"),
    (Signal::PROF, "SIGPROF"),
    (Signal::IO, "SIGIO"),
    (Signal::SYS, "SIGSYS"),
];

/// As a keeper writes it, and the server reads it.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let (kind, number) = line.split_once(' ').ok_or(())?;
        let number = number.parse().map_err(|_| ())?;
        match kind {
            "exit" => Ok(Self::Code(number)),
            "signal" => Ok(Self::Signal(number)),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_survives_the_pipe() {
        for status in [Status::Code(0), Status::Code(255), Status::Signal(9)] {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
        assert_eq!(Status::Signal(9).signal().as_deref(), Some("SIGKILL"));
        assert!("started".parse::<Status>().is_err());
    }
}
