//! What the committed client was built from, and with what.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// All that ends up in the client.
const SOURCES: [&str; 7] = [
    "server/client/src",
    "server/client/Cargo.toml",
    "server/client/client.css",
    "labs/kit/json/src",
    "labs/kit/wire/src",
    "server/protocol/src",
    "book/why/src",
];
const VIEW: &str = "book/view/src";

/// Where the built client is.
pub fn dist(root: &Path) -> PathBuf {
    root.join("server/client/dist")
}

/// `dist/manifest.json`.
#[derive(Debug, PartialEq)]
pub struct Manifest {
    /// SHA-256 over the sources' names and bytes.
    pub sources: String,
    /// Compiler and tools, by name.
    pub tools: BTreeMap<String, String>,
    /// Each file built, by name: its length in bytes and its SHA-256.
    pub files: BTreeMap<String, Value>,
}

impl Manifest {
    pub fn read(root: &Path) -> Result<Self> {
        let path = dist(root).join("manifest.json");
        let text = fs::read_to_string(&path)
            .context("there is no server/client/dist/manifest.json. Run: cargo xtask client")?;
        let json: Value = serde_json::from_str(&text)?;
        Ok(Self {
            sources: json["sources"].as_str().unwrap_or_default().to_owned(),
            tools: serde_json::from_value(json["tools"].clone())?,
            files: serde_json::from_value(json["files"].clone())?,
        })
    }

    #[cfg(feature = "client")]
    pub fn write(&self, root: &Path) -> Result<()> {
        let json = json!({"sources": self.sources, "tools": self.tools, "files": self.files});
        let text = serde_json::to_string_pretty(&json)? + "\n";
        Ok(fs::write(dist(root).join("manifest.json"), text)?)
    }
}

/// The hash of everything the client is made from, whatever folder the workspace is in.
pub fn sources(root: &Path) -> Result<String> {
    let mut files = vec![];
    for source in SOURCES.into_iter().chain([VIEW]) {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let (name, bytes) = (file.strip_prefix(root)?.to_string_lossy(), fs::read(&file)?);
        hash.update(format!("{name} {}\n", bytes.len()));
        hash.update(bytes);
    }
    Ok(hex(&hash.finalize()))
}

/// A built file, as the manifest tells of it.
pub fn describe(file: &Path) -> Result<Value> {
    let bytes = fs::read(file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(json!({"bytes": bytes.len(), "sha256": hex(&Sha256::digest(&bytes))}))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
