//! For programs: all of a report, and nothing but it.

use crate::report::{Report, SCHEMA};
use serde_json::{Value, json};

/// One object. `version` grows when the meaning of a field changes; fields may be added without.
pub fn json(report: &Report) -> Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    value["version"] = json!(SCHEMA);
    value["exit_code"] = json!(report.exit_code());
    value
}
