//! The protocol's messages, read by hand: the derived readers are several times larger in wasm. What they are is
//! typed in the protocol's crate only; tests hold the two together.

use crate::browser::keep::keep;
use labkit_json::{Fields, Json};
use labkit_wire::{Choice, Clock, Knob, KnobKind, Verdict};
use still_running_protocol::{Created, Exit, Finding, Level, Point, Problem, Reason, ToClient};

/// What the page reads.
pub trait Read: Sized {
    fn read(json: Json<'_>) -> Option<Self>;
}

/// As much of the protocol's `Labs` as the page wants.
#[derive(Debug, PartialEq)]
pub struct Labs {
    pub labs: Vec<&'static Lab>,
    pub mine: bool,
    /// Slugs of labs that are still being built.
    pub building: Vec<String>,
}

/// As much of a lab's description as the page wants.
#[derive(Debug, PartialEq)]
pub struct Lab {
    pub slug: String,
    pub clock: Clock,
    pub variants: Vec<String>,
    pub knobs: Vec<Knob>,
    /// What is missing here to run it.
    pub missing: Option<String>,
}

/// A text as what it says, if it says that.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(Json::parse(text.as_bytes())?)
}

/// The fields of an object, with their values as one would type them.
pub fn fields(text: &str) -> Vec<(String, String)> {
    Json::parse(text.as_bytes()).map(fields_of).unwrap_or_default()
}

/// As [`fields`], of what is read already.
pub fn fields_of(json: Json<'_>) -> Vec<(String, String)> {
    let mut all = vec![];
    json.each_field(&mut |name, value| {
        let typed = value.text().or_else(|| Some(value.number()?.to_string()));
        all.extend(name.text().zip(typed));
    });
    all
}

/// A field that may be missing or null.
pub fn maybe(json: Json<'_>, name: &str) -> Option<String> {
    json.get(name)?.text()
}

/// A field that is a word, as none where it is missing.
pub fn word(json: Json<'_>, name: &str) -> String {
    maybe(json, name).unwrap_or_default()
}

impl Read for Labs {
    fn read(json: Json<'_>) -> Option<Self> {
        let mut f = Fields::of(json);
        let mut labs = vec![];
        for item in f.items("labs") {
            labs.push(<&Lab>::read(item)?);
        }
        let mine = f.truth("mine");
        let building = json.get("building").and_then(Json::items).unwrap_or_default();
        let building = building.into_iter().filter_map(Json::text).collect();
        f.whole(Self { labs, mine, building })
    }
}

impl Read for &'static Lab {
    fn read(json: Json<'_>) -> Option<Self> {
        let mut f = Fields::of(json);
        let clock = f.text("clock");
        f.needs(clock == "paused" || clock == "real");
        let mut knobs = vec![];
        for item in f.items("knobs") {
            let knob = knob(item);
            f.needs(knob.is_some());
            knobs.extend(knob);
        }
        let (slug, variants) = (f.text("slug"), f.texts("variants"));
        let clock = if clock == "real" { Clock::Real } else { Clock::Paused };
        let missing = maybe(json, "missing");
        f.whole(()).map(|()| keep(Lab { slug, clock, variants, knobs, missing }))
    }
}

impl Lab {
    /// The knob of that name.
    pub fn knob(&self, name: &str) -> Option<&Knob> {
        self.knobs.iter().find(|k| k.name == name)
    }
}

fn knob(json: Json<'_>) -> Option<Knob> {
    let mut f = Fields::of(json);
    let kind = match f.text("type").as_str() {
        "number" => {
            let mut grid = vec![];
            for item in f.items("grid") {
                let value = item.number();
                f.needs(value.is_some());
                grid.extend(value);
            }
            let (min, max, default) = (f.number("min"), f.number("max"), f.number("default"));
            KnobKind::Number { unit: f.text("unit"), min, max, default, grid }
        }
        "choice" => {
            let mut choices = vec![];
            for item in f.items("choices") {
                let mut c = Fields::of(item);
                choices.push(Choice { value: c.text("value"), help: c.text("help") });
                f.needs(c.whole(()).is_some());
            }
            KnobKind::Choice { choices, default: f.text("default") }
        }
        _ => return None,
    };
    let (name, help) = (f.text("name"), f.text("help"));
    f.whole(Knob { name, help, kind })
}

/// What a refusal says: the page shows no more of it.
pub fn refusal(text: &str) -> Option<String> {
    maybe(Json::parse(text.as_bytes())?, "message")
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use labkit_wire::{Description, Need};
    use serde::Serialize;
    use std::fmt::Debug;
    use still_running_protocol::{LabInfo, Labs as Sent, Refusal};

    fn comes_back<T: Read + Serialize + PartialEq + Debug>(it: T) {
        let json = serde_json::to_string(&it).unwrap();
        assert_eq!(parse::<T>(&json).as_ref(), Some(&it), "{json}");
    }

    #[test]
    fn control_is_read_as_the_server_writes_it() {
        comes_back(ToClient::Window { bytes: 1 << 20 });
        comes_back(ToClient::Queued { place: 3, about: None });
        comes_back(ToClient::Queued { place: 3, about: Some(20) });
        comes_back(ToClient::Started);
        let (place, seen) = ("tick = 5 ms".into(), "violated".into());
        comes_back(ToClient::Point(Point { done: 3, of: 24, fails: true, place, seen }));
        comes_back(ToClient::Gap { from: 1, to: u64::MAX });
    }

    #[test]
    fn every_way_a_run_ends_is_read() {
        use Reason::*;
        for reason in [Exited, Stopped, TimeLimit, OutputLimit, ViewersGone, ServerStopping] {
            let signal = (reason != Exited).then(|| "SIGKILL".to_owned());
            for code in [None, Some(-1), Some(0), Some(10), Some(11), Some(12), Some(101)] {
                let verdict = code.and_then(Verdict::from_code);
                let (signal, problems) = (signal.clone(), some_problems());
                let finding = verdict.map(a_finding).map(Box::new);
                let exit = Exit { code, signal, reason, verdict, problems, finding };
                comes_back(ToClient::Exit(exit));
            }
        }
    }

    fn a_finding(verdict: Verdict) -> Finding {
        let said = (verdict != Verdict::Held).then(|| "It failed.".to_owned());
        let query = said.as_ref().map(|_| "lost-line.tick=5".to_owned());
        let (why, at, alike) = (said.clone(), said.clone(), said);
        Finding { verdict, words: "violated at point 1 of 2".into(), why, query, at, alike }
    }

    fn some_problems() -> Vec<Problem> {
        let problem = |level, label: Option<&str>| Problem {
            file: "labs/lost-line/mine.rs".into(),
            level,
            line: 14,
            column: 5,
            end_line: 15,
            end_column: 2,
            message: "mismatched types".into(),
            label: label.map(Into::into),
            code: label.map(|_| "E0308".into()),
        };
        vec![problem(Level::Error, Some("expected `u32`")), problem(Level::Warning, None)]
    }

    #[test]
    fn a_catalogue_is_read_whole() {
        let number =
            KnobKind::Number { unit: "ms".into(), min: 5, max: 500, default: 35, grid: vec![7, 9] };
        let choices = vec![Choice { value: "auto".into(), help: "what is there".into() }];
        let choice = KnobKind::Choice { choices, default: "auto".into() };
        let knob = |kind| Knob { name: "k".into(), help: "h".into(), kind };
        let lab = |clock, missing: Option<&str>| LabInfo {
            lab: Description {
                version: 1,
                slug: "a-lab".into(),
                title: "t".into(),
                crates: vec!["tokio".into()],
                article: vec!["1.2".into()],
                clock,
                variants: vec!["buggy".into(), "fixed".into()],
                knobs: vec![knob(number.clone()), knob(choice.clone())],
                wrong: vec![],
                needs: vec![Need::Postgres],
            },
            missing: missing.map(str::to_owned),
        };
        let labs = vec![lab(Clock::Paused, None), lab(Clock::Real, Some("PostgreSQL"))];
        let wanted = |info: &LabInfo| {
            let LabInfo { lab: Description { slug, clock, variants, knobs, .. }, missing } =
                info.clone();
            keep(Lab { slug, clock, variants, knobs, missing })
        };
        for building in [vec![], vec!["b-lab".to_owned(), "c-lab".to_owned()]] {
            let labs = labs.clone();
            let all = labs.iter().map(wanted).collect();
            let read = Labs { labs: all, mine: true, building: building.clone() };
            let sent = serde_json::to_string(&Sent { labs, mine: true, building }).unwrap();
            assert_eq!(parse::<Labs>(&sent), Some(read), "{sent}");
        }
        comes_back(Created { id: "7".into(), socket: "/api/runs/7/socket".into() });
    }

    #[test]
    fn a_refusal_says_its_sentence() {
        let (error, allowed) = ("unknown-lab".into(), vec!["a-lab".into()]);
        let sent = Refusal { error, message: "No.".into(), allowed, stands: None };
        assert_eq!(refusal(&serde_json::to_string(&sent).unwrap()).unwrap(), "No.");
        assert_eq!((refusal("{}"), refusal("<html>")), (None, None));
    }

    #[test]
    fn fields_are_given_as_one_would_type_them() {
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let json = r#"{"tick":35,"database":"sqlite"}"#;
        assert_eq!(fields(json), [typed("tick", "35"), typed("database", "sqlite")]);
        assert!(fields("").is_empty() && fields("[]").is_empty());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for none in ["", "null", "{}", r#"{"type":"window"}"#, r#"{"type":"x"}"#] {
            assert!(parse::<ToClient>(none).is_none(), "{none}");
        }
    }
}
