//! The protocol's messages, read by hand: the derived readers are several times larger in wasm. What they are is
//! typed in the protocol's crate only; tests hold the two together.

use labkit_wire::{Choice, Clock, Description, Knob, KnobKind, Need, Verdict};
use serde_json::Value;
use still_running_protocol::{Created, Exit, LabInfo, Labs, Reason, Refusal, ToClient};

/// What the page reads.
pub trait Read: Sized {
    fn read(json: &Value) -> Option<Self>;
}

/// A text as what it says, if it says that.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    // From bytes, as the wire reads its events: one reader in the file, not two.
    T::read(&serde_json::from_slice(text.as_bytes()).ok()?)
}

/// The fields of an object, with their values as one would type them.
pub fn fields(text: &str) -> Vec<(String, String)> {
    let json: Option<Value> = serde_json::from_slice(text.as_bytes()).ok();
    let fields = json.as_ref().and_then(Value::as_object).into_iter().flatten();
    let typed = |v: &Value| match v {
        Value::String(word) => word.clone(),
        number => number.as_u64().unwrap_or_default().to_string(),
    };
    fields.map(|(name, value)| (name.clone(), typed(value))).collect()
}

impl Read for String {
    fn read(json: &Value) -> Option<Self> {
        json.as_str().map(str::to_owned)
    }
}

impl Read for u64 {
    fn read(json: &Value) -> Option<Self> {
        json.as_u64()
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: &Value) -> Option<Self> {
        json.as_array()?.iter().map(T::read).collect()
    }
}

/// A field that must be there.
fn field<T: Read>(json: &Value, name: &str) -> Option<T> {
    T::read(json.get(name)?)
}

/// A field that may be missing or null.
pub fn maybe<T: Read>(json: &Value, name: &str) -> Option<T> {
    json.get(name).and_then(T::read)
}

impl Read for Labs {
    fn read(json: &Value) -> Option<Self> {
        Some(Self { labs: field(json, "labs")?, mine: json.get("mine")?.as_bool()? })
    }
}

impl Read for LabInfo {
    fn read(json: &Value) -> Option<Self> {
        Some(Self { lab: Description::read(json)?, missing: maybe(json, "missing") })
    }
}

impl Read for Description {
    fn read(json: &Value) -> Option<Self> {
        Some(Self {
            version: u32::try_from(field::<u64>(json, "version")?).ok()?,
            slug: field(json, "slug")?,
            title: field(json, "title")?,
            crates: field(json, "crates")?,
            article: field(json, "article")?,
            clock: match json.get("clock")?.as_str()? {
                "paused" => Clock::Paused,
                "real" => Clock::Real,
                _ => return None,
            },
            variants: field(json, "variants")?,
            knobs: field(json, "knobs")?,
            needs: field(json, "needs")?,
        })
    }
}

impl Read for Need {
    fn read(json: &Value) -> Option<Self> {
        (json.as_str()? == "postgres").then_some(Self::Postgres)
    }
}

impl Read for Knob {
    fn read(json: &Value) -> Option<Self> {
        let kind = match json.get("type")?.as_str()? {
            "number" => KnobKind::Number {
                unit: field(json, "unit")?,
                min: field(json, "min")?,
                max: field(json, "max")?,
                default: field(json, "default")?,
                grid: field(json, "grid")?,
            },
            "choice" => KnobKind::Choice {
                choices: field(json, "choices")?,
                default: field(json, "default")?,
            },
            _ => return None,
        };
        Some(Self { name: field(json, "name")?, help: field(json, "help")?, kind })
    }
}

impl Read for Choice {
    fn read(json: &Value) -> Option<Self> {
        Some(Self { value: field(json, "value")?, help: field(json, "help")? })
    }
}

impl Read for Refusal {
    fn read(json: &Value) -> Option<Self> {
        Some(Self {
            error: field(json, "error")?,
            message: field(json, "message")?,
            allowed: maybe(json, "allowed").unwrap_or_default(),
        })
    }
}

impl Read for Created {
    fn read(json: &Value) -> Option<Self> {
        Some(Self { id: field(json, "id")?, socket: field(json, "socket")? })
    }
}

impl Read for ToClient {
    fn read(json: &Value) -> Option<Self> {
        Some(match json.get("type")?.as_str()? {
            "window" => Self::Window { bytes: field(json, "bytes")? },
            "queued" => Self::Queued { place: field(json, "place")? },
            "started" => Self::Started,
            "gap" => Self::Gap { from: field(json, "from")?, to: field(json, "to")? },
            "exit" => Self::Exit(Exit::read(json)?),
            _ => return None,
        })
    }
}

impl Read for Exit {
    fn read(json: &Value) -> Option<Self> {
        let code = json.get("code").and_then(Value::as_i64);
        Some(Self {
            code: code.and_then(|c| c.try_into().ok()),
            signal: maybe(json, "signal"),
            reason: reason(json.get("reason")?.as_str()?)?,
            verdict: maybe::<String>(json, "verdict").and_then(|w| Verdict::from_word(&w)),
        })
    }
}

fn reason(word: &str) -> Option<Reason> {
    Some(match word {
        "exited" => Reason::Exited,
        "stopped" => Reason::Stopped,
        "time limit" => Reason::TimeLimit,
        "output limit" => Reason::OutputLimit,
        "viewers gone" => Reason::ViewersGone,
        "server stopping" => Reason::ServerStopping,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use std::fmt::Debug;

    fn comes_back<T: Read + Serialize + PartialEq + Debug>(it: T) {
        let json = serde_json::to_string(&it).unwrap();
        assert_eq!(parse::<T>(&json).as_ref(), Some(&it), "{json}");
    }

    #[test]
    fn control_is_read_as_the_server_writes_it() {
        comes_back(ToClient::Window { bytes: 1 << 20 });
        comes_back(ToClient::Queued { place: 3 });
        comes_back(ToClient::Started);
        comes_back(ToClient::Gap { from: 1, to: u64::MAX });
    }

    #[test]
    fn every_way_a_run_ends_is_read() {
        use Reason::*;
        for reason in [Exited, Stopped, TimeLimit, OutputLimit, ViewersGone, ServerStopping] {
            let signal = (reason != Exited).then(|| "SIGKILL".to_owned());
            for code in [None, Some(-1), Some(0), Some(10), Some(11), Some(12), Some(101)] {
                let verdict = code.and_then(Verdict::from_code);
                comes_back(ToClient::Exit(Exit { code, signal: signal.clone(), reason, verdict }));
            }
        }
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
                needs: vec![Need::Postgres],
            },
            missing: missing.map(str::to_owned),
        };
        comes_back(Labs {
            labs: vec![lab(Clock::Paused, None), lab(Clock::Real, Some("PostgreSQL"))],
            mine: true,
        });
        let allowed = vec!["a-lab".into()];
        comes_back(Refusal { error: "unknown-lab".into(), message: "No.".into(), allowed });
        comes_back(Created { id: "7".into(), socket: "/api/runs/7/socket".into() });
    }

    #[test]
    fn fields_are_given_as_one_would_type_them() {
        let typed = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let json = r#"{"tick":35,"database":"sqlite"}"#;
        assert_eq!(fields(json), [typed("database", "sqlite"), typed("tick", "35")]);
        assert!(fields("").is_empty() && fields("[]").is_empty());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for none in ["", "null", "{}", r#"{"type":"window"}"#, r#"{"type":"x"}"#] {
            assert!(parse::<ToClient>(none).is_none(), "{none}");
        }
    }
}
