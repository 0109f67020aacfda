//! HTTP/2 frames, as far as a witness needs them (RFC 9113, section 4.1).

use std::fmt;

/// A frame as it passed the tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub kind: FrameKind,
    /// 0 is the connection itself.
    pub stream: u32,
    /// Bytes of payload.
    pub len: usize,
    /// `END_STREAM`, on DATA and HEADERS.
    pub end_stream: bool,
    /// The error code of RST_STREAM and GOAWAY; 8 is CANCEL.
    pub code: Option<u32>,
}

/// Its kind, as far as a witness tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// A part of a body.
    Data,
    /// A head, or trailers.
    Headers,
    /// One call is over: a cancel, as the peer hears it.
    RstStream,
    /// What a side asks of the other.
    Settings,
    /// A question whether the other is there, or the answer.
    Ping,
    /// No new calls on this connection.
    GoAway,
    /// Room for more bytes of a body.
    WindowUpdate,
    /// Any other, by its number.
    Other(u8),
}

/// What a client sends before its first frame.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEAD: usize = 9;

/// Cuts one direction of a connection into frames, however the bytes arrive.
#[derive(Default)]
pub(super) struct Reader {
    held: Vec<u8>,
}

impl Reader {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        self.held.extend_from_slice(bytes);
        if self.held.starts_with(PREFACE) {
            self.held.drain(..PREFACE.len());
        } else if PREFACE.starts_with(&self.held) {
            return vec![];
        }
        let mut frames = vec![];
        while let Some((frame, size)) = first(&self.held) {
            frames.push(frame);
            self.held.drain(..size);
        }
        frames
    }
}

fn first(bytes: &[u8]) -> Option<(Frame, usize)> {
    let head = bytes.get(..HEAD)?;
    let len = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
    let payload = bytes.get(HEAD..HEAD + len)?;
    let kind = FrameKind::from(head[3]);
    let frame = Frame {
        kind,
        stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & 0x7fff_ffff,
        len,
        end_stream: matches!(kind, FrameKind::Data | FrameKind::Headers) && head[4] & 1 == 1,
        code: code(kind, payload),
    };
    Some((frame, HEAD + len))
}

fn code(kind: FrameKind, payload: &[u8]) -> Option<u32> {
    let at = match kind {
        FrameKind::RstStream => 0,
        FrameKind::GoAway => 4,
        _ => return None,
    };
    Some(u32::from_be_bytes(payload.get(at..at + 4)?.try_into().ok()?))
}

impl From<u8> for FrameKind {
    fn from(byte: u8) -> Self {
        match byte {
            0 => Self::Data,
            1 => Self::Headers,
            3 => Self::RstStream,
            4 => Self::Settings,
            6 => Self::Ping,
            7 => Self::GoAway,
            8 => Self::WindowUpdate,
            other => Self::Other(other),
        }
    }
}

impl Frame {
    /// A stream ended early because its peer no longer wants it.
    pub fn is_cancel(&self) -> bool {
        self.kind == FrameKind::RstStream && self.code == Some(8)
    }
}

/// As a capture names it: `DATA, 12 bytes, END_STREAM, stream 1`.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            FrameKind::Data => write!(f, "DATA, {} bytes", self.len)?,
            FrameKind::Headers => write!(f, "HEADERS")?,
            FrameKind::RstStream => write!(f, "RST_STREAM {}", self.reason())?,
            FrameKind::GoAway => write!(f, "GOAWAY {}", self.reason())?,
            FrameKind::Settings => write!(f, "SETTINGS")?,
            FrameKind::Ping => write!(f, "PING")?,
            FrameKind::WindowUpdate => write!(f, "WINDOW_UPDATE")?,
            FrameKind::Other(kind) => write!(f, "frame of type {kind}")?,
        }
        if self.end_stream {
            write!(f, ", END_STREAM")?;
        }
        match self.stream {
            0 => Ok(()),
            stream => write!(f, ", stream {stream}"),
        }
    }
}

impl Frame {
    /// Its error code by name (RFC 9113, section 7).
    fn reason(&self) -> String {
        match self.code {
            Some(0) => "NO_ERROR".into(),
            Some(2) => "INTERNAL_ERROR".into(),
            Some(5) => "STREAM_CLOSED".into(),
            Some(7) => "REFUSED_STREAM".into(),
            Some(8) => "CANCEL".into(),
            Some(11) => "ENHANCE_YOUR_CALM".into(),
            Some(code) => format!("code {code}"),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_however_the_bytes_arrive() {
        let rst = [0, 0, 4, 3, 0, 0, 0, 0, 5, 0, 0, 0, 8];
        let data = [0, 0, 2, 0, 1, 0, 0, 0, 1, b'h', b'i'];
        let bytes = [PREFACE, &rst, &data].concat();
        for size in 1..bytes.len() {
            let mut reader = Reader::default();
            let frames: Vec<_> = bytes.chunks(size).flat_map(|c| reader.push(c)).collect();
            assert!(frames[0].is_cancel() && frames[0].stream == 5, "{frames:?}");
            assert!(frames[1].end_stream && frames[1].len == 2, "{frames:?}");
        }
    }

    #[test]
    fn a_frame_is_named_as_a_capture_names_it() {
        let frame = |kind, code, end_stream| Frame { kind, stream: 5, len: 4, end_stream, code };
        let named = |kind, code, end| frame(kind, code, end).to_string();
        assert_eq!(named(FrameKind::RstStream, Some(8), false), "RST_STREAM CANCEL, stream 5");
        assert_eq!(named(FrameKind::Data, None, true), "DATA, 4 bytes, END_STREAM, stream 5");
        let goaway = Frame { stream: 0, ..frame(FrameKind::GoAway, Some(0), false) };
        assert_eq!(goaway.to_string(), "GOAWAY NO_ERROR");
    }
}
