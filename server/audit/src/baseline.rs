//! What is known already, so that CI fails for what is new alone.
//!
//! A finding is known by its rule, its function and its line of code with spaces made one, not by where that line is: a
//! line that moves stays known, and one that changes is looked at again. Two equal lines in one function are two.

use crate::report::{Finding, Report};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fs, io, path::Path};

/// Of a file of an older or newer program we know nothing.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Known {
    version: u32,
    findings: Vec<Entry>,
}

/// The print is what counts; the rest is for whoever reads the file.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    print: String,
    rule: String,
    function: String,
    snippet: String,
}

/// Why a baseline is of no use.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read, or not be written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It is no baseline.
    #[error("it is no baseline: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another program.
    #[error("it has version {0}, and this program reads version {VERSION}")]
    Version(u32),
}

/// What a finding is known by: stable when lines move.
pub fn fingerprint(finding: &Finding) -> String {
    let mut hash = Sha256::new();
    for part in [&finding.rule, &finding.function, &finding.snippet] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Takes what the file knows out of the report.
///
/// # Errors
/// Where there is no such file, or it is no baseline.
pub fn apply(report: &mut Report, file: &Path) -> Result<(), Unusable> {
    let known: Known = serde_json::from_str(&fs::read_to_string(file)?)?;
    if known.version != VERSION {
        return Err(Unusable::Version(known.version));
    }
    let mut left: HashMap<String, usize> = HashMap::new();
    for entry in known.findings {
        *left.entry(entry.print).or_default() += 1;
    }
    let before = report.findings.len();
    report.findings.retain(|finding| match left.get_mut(&fingerprint(finding)) {
        Some(n) if *n > 0 => {
            *n -= 1;
            false
        }
        _ => true,
    });
    report.known = before - report.findings.len();
    Ok(())
}

/// Writes all that was found, as known from now on.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(report: &Report, file: &Path) -> Result<(), Unusable> {
    let entry = |finding: &Finding| Entry {
        print: fingerprint(finding),
        rule: finding.rule.clone(),
        function: finding.function.clone(),
        snippet: finding.snippet.clone(),
    };
    let mut findings: Vec<Entry> = report.findings.iter().map(entry).collect();
    findings
        .sort_by(|a, b| (&a.rule, &a.function, &a.print).cmp(&(&b.rule, &b.function, &b.print)));
    let known = Known { version: VERSION, findings };
    Ok(fs::write(file, serde_json::to_string_pretty(&known)? + "\n")?)
}
