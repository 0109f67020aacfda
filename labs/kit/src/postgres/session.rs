//! One session, by the bytes of both ends: who it is, and who ends it.

use parking_lot::Mutex;

/// So much of what each end said is kept: more than a session's first message, or its last error, takes.
const KEPT: usize = 2048;
/// The last message of a client that says goodbye.
const TERMINATE: [u8; 5] = [b'X', 0, 0, 0, 4];
/// The first eight bytes of a connection that is there to cancel something: the server closes it.
const CANCEL_REQUEST: [u8; 8] = [0, 0, 0, 16, 4, 210, 22, 46];
/// Those of one that wants to be encrypted. The server says `S`, and from then on nothing can be read, or `N`.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// How the error begins that ends a session: its severity, as no language changes it, then its SQLSTATE.
const FATAL: &[u8] = b"VFATAL\0C";
/// Those that no limit of the session's own brings: an administrator, a crash, a server that shuts down, a database that was dropped.
const FROM_OUTSIDE: [&[u8]; 4] = [b"57P01", b"57P02", b"57P03", b"57P04"];

/// Why a session was ended by somebody else.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End(pub(super) String);

/// What was seen of a session so far.
#[derive(Default)]
pub(super) struct Session(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// What the client said first.
    head: Vec<u8>,
    /// What the server said last.
    tail: Vec<u8>,
    /// Whose doing it is, if it ends now: the lab's own.
    ours: bool,
}

impl Session {
    /// Its client says that, or nothing any more.
    pub(super) fn asks(&self, bytes: &[u8]) {
        let mut seen = self.0.lock();
        let room = KEPT.saturating_sub(seen.head.len()).min(bytes.len());
        seen.head.extend_from_slice(&bytes[..room]);
        seen.ours |= bytes.is_empty()
            || bytes.ends_with(&TERMINATE)
            || seen.head.starts_with(&CANCEL_REQUEST);
    }

    /// Its server says that, or nothing any more. Gives the end of a session that somebody else ends.
    pub(super) fn answers(&self, bytes: &[u8]) -> Option<End> {
        let mut seen = self.0.lock();
        let is_first = seen.tail.is_empty();
        seen.ours |= is_first && bytes.starts_with(b"S") && seen.head.starts_with(&SSL_REQUEST);
        seen.tail.extend_from_slice(bytes);
        let old = seen.tail.len().saturating_sub(KEPT);
        seen.tail.drain(..old);
        if seen.ours {
            return None;
        }
        let end = match fatal(&seen.tail) {
            Some((code, text)) if FROM_OUTSIDE.contains(&code.as_bytes()) => {
                End(format!("{text} ({code})"))
            }
            // A limit that the lab has set, or a connection that was never let in.
            Some(_) => {
                seen.ours = true;
                return None;
            }
            None if bytes.is_empty() => End("its connection broke off".into()),
            None => return None,
        };
        seen.ours = true;
        Some(end)
    }

    /// It is the lab's to end.
    pub(super) fn is_ours(&self) {
        self.0.lock().ours = true;
    }

    /// What it is called in `pg_stat_activity`.
    pub(super) fn name(&self) -> String {
        let seen = self.0.lock();
        after(&seen.head, b"application_name\0").and_then(text).unwrap_or_default()
    }
}

/// SQLSTATE and words of the error that ends a session, once both are there.
fn fatal(bytes: &[u8]) -> Option<(String, String)> {
    let code = after(bytes, FATAL)?;
    Some((text(code)?, text(after(code, b"\0M")?)?))
}

fn after<'a>(bytes: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(word.len()).position(|some| some == word)?;
    Some(&bytes[at + word.len()..])
}

/// Up to the next zero, if it is there.
fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTUP: &[u8] = b"\0\0\0\x2c\0\x03\0\0user\0me\0application_name\0orphan-query 7\0\0";

    fn error(code: &str) -> Vec<u8> {
        let fields = format!("SSCHWERWIEGEND\0VFATAL\0C{code}\0Mthat is all\0Fpostgres.c\0\0");
        let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
        [b"E", &length[..], fields.as_bytes()].concat()
    }

    fn begun() -> Session {
        let session = Session::default();
        session.asks(STARTUP);
        assert_eq!(session.answers(b"R\0\0\0\x08\0\0\0\0"), None);
        session
    }

    #[test]
    fn an_administrator_a_crash_and_a_shutdown_are_somebody_else() {
        for code in ["57P01", "57P02", "57P03", "57P04"] {
            let end = begun().answers(&error(code));
            assert_eq!(end, Some(End(format!("that is all ({code})"))));
        }
        let end = begun().answers(&[]);
        assert_eq!(end, Some(End("its connection broke off".into())));
    }

    #[test]
    fn an_error_that_comes_in_two_pieces_is_read_and_told_once() {
        let (session, error) = (begun(), error("57P01"));
        let told: Vec<_> = error.chunks(7).filter_map(|piece| session.answers(piece)).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(session.answers(&[]), None);
    }

    #[test]
    fn a_client_that_says_goodbye_or_just_leaves_has_ended_it_itself() {
        for last in [&TERMINATE[..], &[]] {
            let session = begun();
            session.asks(last);
            assert_eq!(session.answers(&[]), None);
        }
    }

    #[test]
    fn a_limit_that_was_set_a_cancel_and_what_cannot_be_read_are_nobody_else() {
        let limited = begun();
        assert_eq!(limited.answers(&error("57P05")), None);
        assert_eq!(limited.answers(&[]), None);

        let cancel = Session::default();
        cancel.asks(&[&CANCEL_REQUEST[..], &[0; 8]].concat());
        assert_eq!(cancel.answers(&[]), None);

        let encrypted = Session::default();
        encrypted.asks(&SSL_REQUEST);
        assert_eq!(encrypted.answers(b"S"), None);
        assert_eq!(encrypted.answers(&[]), None);
    }

    #[test]
    fn who_is_refused_encryption_is_watched_all_the_same() {
        let session = Session::default();
        session.asks(&SSL_REQUEST);
        assert_eq!(session.answers(b"N"), None);
        session.asks(STARTUP);
        assert_eq!(session.name(), "orphan-query 7");
        assert!(session.answers(&error("57P01")).is_some());
    }

    #[test]
    fn what_the_lab_is_to_end_is_its_own() {
        let session = begun();
        session.is_ours();
        assert_eq!(session.answers(&error("57P01")), None);
    }
}
