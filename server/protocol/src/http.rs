use crate::{Exit, Mine, knobs, object::only_as_object};
use labkit_wire::{Description, Value, Values};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /api/labs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labs {
    /// In the order of the book.
    pub labs: Vec<LabInfo>,
    /// Whether this reader may build and run their own variant, `mine`.
    pub mine: bool,
    /// Slugs of labs that are still being built.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub building: Vec<String>,
}

/// One lab, and whether it can run here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabInfo {
    /// What the lab says of itself.
    #[serde(flatten)]
    pub lab: Description,
    /// What is missing here, and the one command that gets it; a lab with this may still run in part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// `POST /api/runs`: an object, each of its fields and knobs said once. Knobs left out are at their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct NewRun {
    /// The slug.
    pub lab: String,
    /// One of those the lab declares.
    pub variant: String,
    /// Numbers, or words; each is checked against the lab's declaration. A number that no knob takes, such as 1.5, is a
    /// word here, so that the refusal can quote it.
    #[serde(default, deserialize_with = "knobs::read")]
    pub knobs: BTreeMap<String, Value>,
}

only_as_object!(NewRun);

/// `201 Created`, after `POST /api/runs`, or `POST /api/labs/{slug}/mine/check` without a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Of the run: the last part of its paths.
    pub id: String,
    /// The path of its socket; add `?from=<byte offset>` to resume.
    pub socket: String,
}

/// `GET /api/runs/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The last part of its paths.
    pub id: String,
    /// The slug.
    pub lab: String,
    /// What is run.
    pub variant: String,
    /// With those at their defaults.
    pub knobs: Values,
    /// Where it stands; its fields are beside `state`.
    pub state: State,
    /// All bytes of output so far.
    pub bytes: u64,
    /// The first byte still kept.
    pub kept_from: u64,
    /// How many sockets watch it now.
    pub viewers: u64,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum State {
    /// Waits for a free place; 1 is next.
    Queued {
        /// How many turns until its own.
        place: u64,
    },
    /// It has a process.
    Running,
    /// It is over, and what it said is kept for a while.
    Ended(Exit),
}

/// The body of every answer from 400 up: what happened, why, and the one thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A word for programs, such as `unknown-lab` or `bad-knob`.
    pub error: String,
    /// A sentence for people.
    pub message: String,
    /// The values that are allowed, where there is a list of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// What stands on disk, where the reader's file was not written over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands: Option<Box<Mine>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<NewRun, String> {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    #[test]
    fn a_run_is_asked_for_by_an_object_whose_knobs_are_said_once() {
        let run = read(r#"{"lab":"a","variant":"b","knobs":{"x":7,"y":"w","z":-1.5}}"#).unwrap();
        assert_eq!(run.knobs["x"], Value::Number(7));
        assert_eq!(run.knobs["z"], Value::Word("-1.5".into()));
        let again = read(&serde_json::to_string(&run).unwrap());
        assert_eq!(again, Ok(run));
        for (bad, why) in [
            (r#"["a","b"]"#, "expected an object"),
            (r#"["a","b",{"x":7}]"#, "expected an object"),
            (r#"{"lab":"a","variant":"b","knobs":[["x",7]]}"#, "an object of knobs"),
            (r#"{"lab":"a","variant":"b","knobs":{"x":7,"x":8}}"#, "said twice"),
            (r#"{"lab":"a","variant":"b","knobs":{"x":7,"\u0078":8}}"#, "said twice"),
            (r#"{"lab":"a","variant":"b","knobs":{"x":[]}}"#, "a number or a word"),
            (r#"{"lab":"a","lab":"a","variant":"b"}"#, "duplicate field"),
        ] {
            let said = read(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
