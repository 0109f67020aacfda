use crate::Exit;
use labkit_wire::{Description, Values};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /api/labs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labs {
    /// In the order of the book.
    pub labs: Vec<LabInfo>,
    /// Whether this reader may build and run their own variant, `mine`.
    pub mine: bool,
}

/// One lab, and whether it can run here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabInfo {
    #[serde(flatten)]
    pub lab: Description,
    /// What is missing here, and the one command that gets it; a lab with this may still run in part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// `POST /api/runs`. Knobs left out are at their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    pub lab: String,
    pub variant: String,
    /// Numbers, or words; each is checked against the lab's declaration.
    #[serde(default)]
    pub knobs: BTreeMap<String, serde_json::Value>,
}

/// `201 Created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    pub id: String,
    /// The path of its socket; add `?from=<byte offset>` to resume.
    pub socket: String,
}

/// `GET /api/runs/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunInfo {
    pub id: String,
    pub lab: String,
    pub variant: String,
    pub knobs: Values,
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
        place: u64,
    },
    Running,
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
}
