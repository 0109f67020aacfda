//! What the server says of a run.

use super::read::{Read, maybe, word};
use labkit_json::{Fields, Json};
use labkit_wire::Verdict;
use still_running_protocol::{Created, Exit, Finding, Level, Point, Problem, Reason, ToClient};

impl Read for Created {
    fn read(json: Json<'_>) -> Option<Self> {
        let mut f = Fields::of(json);
        let (id, socket) = (f.text("id"), f.text("socket"));
        f.whole(Self { id, socket })
    }
}

impl Read for ToClient {
    fn read(json: Json<'_>) -> Option<Self> {
        let mut f = Fields::of(json);
        let message = match f.text("type").as_str() {
            "window" => Self::Window { bytes: f.number("bytes") },
            "queued" => Self::Queued {
                place: f.number("place"),
                about: json.get("about").and_then(Json::number),
            },
            "started" => Self::Started,
            "gap" => Self::Gap { from: f.number("from"), to: f.number("to") },
            "point" => Self::Point(Point {
                done: f.number("done"),
                of: f.number("of"),
                fails: f.truth("fails"),
                place: f.text("place"),
                seen: f.text("seen"),
            }),
            "exit" => Self::Exit(exit(json)?),
            _ => return None,
        };
        f.whole(message)
    }
}

fn exit(json: Json<'_>) -> Option<Exit> {
    let reason = Reason::from_word(&word(json, "reason"))?;
    let code = json.get("code").and_then(Json::signed);
    Some(Exit {
        code: code.and_then(|c| c.try_into().ok()),
        signal: maybe(json, "signal"),
        reason,
        verdict: Verdict::from_word(&word(json, "verdict")),
        problems: problems(json)?,
        finding: match json.get("finding") {
            Some(found) => Some(Box::new(finding(found)?)),
            None => None,
        },
    })
}

/// It is there after a check of the reader's own variant only.
fn finding(json: Json<'_>) -> Option<Finding> {
    let [why, query, at, alike] = ["why", "query", "at", "alike"].map(|name| maybe(json, name));
    let verdict = Verdict::from_word(&word(json, "verdict"))?;
    Some(Finding { verdict, words: maybe(json, "words")?, why, query, at, alike })
}

/// They are there for the reader's own variant only.
fn problems(json: Json<'_>) -> Option<Vec<Problem>> {
    let mut all = vec![];
    for item in json.get("problems").and_then(Json::items).unwrap_or_default() {
        all.push(problem(item)?);
    }
    Some(all)
}

fn problem(json: Json<'_>) -> Option<Problem> {
    let mut f = Fields::of(json);
    let level = if f.text("level") == "error" { Level::Error } else { Level::Warning };
    let (label, code) = (maybe(json, "label"), maybe(json, "code"));
    let (file, message) = (f.text("file"), f.text("message"));
    let (line, column) = (f.small("line"), f.small("column"));
    let (end_line, end_column) = (f.small("end_line"), f.small("end_column"));
    f.whole(Problem { file, level, line, column, end_line, end_column, message, label, code })
}
