//! A recording is written, read back, and is the same.

use labkit_wire::{Event, Kind, Values, Verdict, encode};
use still_running_view::recording::{About, Header, Machine, Recording, Term, date, parse};

fn header() -> Header {
    Header {
        version: 3,
        term: Term { cols: 100, rows: 24 },
        timestamp: Some(1_795_305_600),
        title: Some("lost-line, buggy".into()),
        command: Some("still-running run lost-line buggy".into()),
        still_running: Some(About {
            lab: "lost-line".into(),
            variant: "buggy".into(),
            knobs: Values::default(),
            versions: [("tokio".to_owned(), "1.54.1".to_owned())].into(),
            machine: Machine {
                os: "linux".into(),
                arch: "x86_64".into(),
                cores: 2,
                memory_mib: Some(4096),
            },
            sources: "ab".repeat(32),
            verdict: Some(Verdict::Violated),
        }),
    }
}

fn output() -> Vec<u8> {
    let mark = |seq, at, text: &str| {
        encode(&Event { seq, at, lane: "peer".into(), kind: Kind::Mark { text: text.into() } })
            .unwrap()
    };
    [
        &b"first\n"[..],
        &mark(0, 0, "a"),
        b"zero\n",
        &mark(1, 35_040, "größer 🦀"),
        b"\x1b[31mred\x1b[0m\r\nlast",
    ]
    .concat()
}

#[test]
fn text_has_the_time_of_the_event_before_it() {
    let recording = Recording::of(header(), &output(), Some(10));
    let times: Vec<u64> = recording.chunks.iter().map(|c| c.at).collect();
    assert_eq!(times, [0, 0, 35_040]);
    assert!(recording.chunks[2].bytes.ends_with(b"\x1b[31mred\x1b[0m\r\nlast"));
    assert!(recording.chunks[0].bytes.ends_with(b"first\r\n"), "a terminal wants CR LF");
}

#[test]
fn a_recording_comes_back_as_it_was_written() {
    let recording = Recording::of(header(), &output(), Some(10));
    assert_eq!(parse(&recording.to_string()), Ok(recording));
}

#[test]
fn the_file_is_an_asciicast_of_version_3() {
    let text = Recording::of(header(), &output(), Some(10)).to_string();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines[0]["version"], 3);
    assert_eq!(lines[0]["term"]["cols"], 100);
    assert_eq!(lines[3][0], 0.03504);
    assert_eq!(lines[4], serde_json::json!([0.0, "x", "10"]));
}

#[test]
fn its_events_are_its_timeline() {
    let timeline = Recording::of(header(), &output(), Some(10)).timeline();
    assert_eq!(timeline.end(), 35_040);
    assert_eq!(timeline.moments(), [0, 35_040]);
}

#[test]
fn a_recording_of_somebody_else_is_read_too() {
    let text = "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24,\"type\":\"xterm\"},\"env\":{}}\n# a comment\n\
                [0.5,\"o\",\"hi\"]\n[0.25,\"m\",\"chapter\"]\n[1,\"o\",\"!\"]\n";
    let recording = parse(text).unwrap();
    assert_eq!(recording.end(), 1_750_000);
    assert_eq!(recording.header.still_running, None);
    assert_eq!(recording.bytes_until(600_000), b"hi");
}

#[test]
fn what_is_no_recording_is_refused_with_its_line() {
    let head = "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24}}\n";
    let cases = [
        (String::new(), "line 1: the file is empty"),
        (head.replace('3', "2"), "line 1: asciicast version 2 is not read"),
        (format!("{head}nonsense"), "line 2: "),
        (format!("{head}[-1.0,\"o\",\"x\"]"), "line 2: an interval is at least 0"),
        (format!("{head}[0.0,\"x\",\"ten\"]"), "line 2: "),
        (format!("{head}[1e300,\"o\",\"x\"]"), "line 2: it lasts longer than can be drawn"),
        (format!("{head}[9e9,\"o\",\"\"]\n[9e9,\"o\",\"\"]"), "line 3: it lasts longer"),
    ];
    for (text, why) in cases {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.starts_with(why), "{error}");
    }
}

#[test]
fn a_day_is_a_day() {
    let days = [0, 951_782_400, 1_795_305_600, 4_107_542_399].map(date);
    assert_eq!(days, ["1970-01-01", "2000-02-29", "2026-11-22", "2100-02-28"]);
}
