//! A run to keep: asciicast v3, text and events in one stream. Any asciinema player shows the text; what only we
//! read is under `still_running` in the header, and in event frames that players ignore.

use crate::Timeline;
use labkit_wire::{Item, NUMBER_MAX, Parser, Values, Verdict, encode};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// A whole run: what it was, what it wrote and when, how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    pub header: Header,
    pub chunks: Vec<Chunk>,
    /// The exit code of the process.
    pub code: Option<i32>,
}

/// What a run wrote at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// Lab time in microseconds.
    pub at: u64,
    /// As a terminal takes it (lines end in CR LF), with the event frames.
    pub bytes: Vec<u8>,
}

/// The first line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Of the format: 3.
    pub version: u32,
    pub term: Term,
    /// When it was recorded, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What to type for the same run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still_running: Option<About>,
}

/// The terminal it was recorded for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Term {
    pub cols: u16,
    pub rows: u16,
}

/// Where a recording comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    pub lab: String,
    pub variant: String,
    pub knobs: Values,
    /// Crates, and tools such as `rustc`, by name.
    pub versions: BTreeMap<String, String>,
    pub machine: Machine,
    /// SHA-256 of the lab's sources, in hex: a recording is stale when it differs.
    pub sources: String,
    pub verdict: Option<Verdict>,
}

/// The machine a recording was made on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    pub os: String,
    pub arch: String,
    pub cores: usize,
    /// Where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
}

/// Why a file is no recording.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseError {
    /// Counts from 1.
    pub line: usize,
    pub why: String,
}

impl Recording {
    /// From what a process wrote: text goes with the event before it, and so has its lab time.
    pub fn of(header: Header, output: &[u8], code: Option<i32>) -> Self {
        let mut parser = Parser::default();
        let mut items = parser.push(output);
        items.extend(parser.finish());
        let mut chunks: Vec<Chunk> = vec![];
        for item in items {
            match item {
                Item::Event(event) => {
                    let at = chunks.last().map_or(event.at, |c| c.at.max(event.at));
                    chunks.push(Chunk { at, bytes: encode(&event).unwrap_or_default() });
                }
                Item::Text(text) => {
                    if chunks.is_empty() {
                        chunks.push(Chunk { at: 0, bytes: vec![] });
                    }
                    if let Some(chunk) = chunks.last_mut() {
                        push_lines(&mut chunk.bytes, &text);
                    }
                }
            }
        }
        Self { header, chunks, code }
    }

    /// Everything the run wrote.
    pub fn bytes(&self) -> Vec<u8> {
        self.chunks.iter().flat_map(|c| c.bytes.iter().copied()).collect()
    }

    /// What the run wrote up to that moment, in µs of lab time.
    pub fn bytes_until(&self, at: u64) -> Vec<u8> {
        let known = self.chunks.partition_point(|c| c.at <= at);
        self.chunks[..known].iter().flat_map(|c| c.bytes.iter().copied()).collect()
    }

    /// Its events.
    pub fn timeline(&self) -> Timeline {
        let mut timeline = Timeline::default();
        for item in Parser::default().push(&self.bytes()) {
            if let Item::Event(event) = item {
                timeline.push(&event);
            }
        }
        timeline
    }

    /// Lab time of the last chunk, in microseconds.
    pub fn end(&self) -> u64 {
        self.chunks.last().map_or(0, |c| c.at)
    }
}

/// Lines end in CR LF, as a terminal wants them.
fn push_lines(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        if byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(byte);
    }
}

/// Reads an asciicast of version 3, ours or not. Kinds of events other than output and exit are skipped.
pub fn parse(text: &str) -> Result<Recording, ParseError> {
    let mut lines =
        text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let Some((i, first)) = lines.next() else { return Err(error(0, "the file is empty")) };
    let header: Header = serde_json::from_str(first).map_err(|e| error(i, e))?;
    if header.version != 3 {
        return Err(error(i, format!("asciicast version {} is not read, only 3", header.version)));
    }
    let mut recording = Recording { header, chunks: vec![], code: None };
    let mut now = 0;
    for (i, line) in lines {
        let (wait, kind, data): (f64, String, String) =
            serde_json::from_str(line).map_err(|e| error(i, e))?;
        if !wait.is_finite() || wait < 0.0 {
            return Err(error(i, "an interval is at least 0"));
        }
        now += (wait * 1e6).round().min(NUMBER_MAX as f64 + 2.0) as u64;
        if now > NUMBER_MAX {
            return Err(error(i, "it lasts longer than can be drawn"));
        }
        match kind.as_str() {
            "o" => recording.chunks.push(Chunk { at: now, bytes: data.into_bytes() }),
            "x" => recording.code = Some(data.trim().parse().map_err(|e| error(i, e))?),
            _ => {}
        }
    }
    Ok(recording)
}

fn error(index: usize, why: impl ToString) -> ParseError {
    ParseError { line: index + 1, why: why.to_string() }
}

/// The file. Bytes that are no UTF-8, which the format cannot hold, become U+FFFD.
impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", json(&self.header)?)?;
        let mut before = 0;
        for chunk in &self.chunks {
            let text = String::from_utf8_lossy(&chunk.bytes);
            writeln!(f, "[{}, \"o\", {}]", seconds(chunk.at.saturating_sub(before)), json(&text)?)?;
            before = before.max(chunk.at);
        }
        match self.code {
            Some(code) => writeln!(f, "[0.0, \"x\", \"{code}\"]"),
            None => Ok(()),
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, fmt::Error> {
    serde_json::to_string(value).map_err(|_| fmt::Error)
}

fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

impl Header {
    /// The day it was recorded, as `2026-11-22` (UTC).
    pub fn date(&self) -> Option<String> {
        self.timestamp.map(date)
    }
}

/// A day from seconds since 1970, in UTC (days to a civil date, after Howard Hinnant's algorithm).
pub fn date(timestamp: u64) -> String {
    let days = timestamp / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for ParseError {}
