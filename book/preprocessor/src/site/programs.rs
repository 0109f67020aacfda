//! Labs as programs that run in the page, and the scripts that run them.

use super::assets::put;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};
use still_running_protocol::Programs;

/// The scripts, each before the one that names it.
const SCRIPTS: [&str; 4] = ["wasi.mjs", "worker.mjs", "sweep.mjs", "page.mjs"];

/// What `cargo xtask site` says of the folder.
#[derive(Deserialize)]
struct Told {
    compiler: String,
    tokio: String,
    labs: Vec<String>,
}

/// Copies them into the site.
pub(super) fn copy(root: &Path, from: &Path, site: &Path) -> Result<Programs> {
    let told = from.join("programs.json");
    let told = fs::read(&told).with_context(|| told.display().to_string())?;
    let Told { compiler, tokio, labs: slugs } = serde_json::from_slice(&told)?;
    let mut labs = BTreeMap::new();
    for slug in slugs {
        let file = format!("{slug}.wasm");
        let program = fs::read(from.join(&file)).with_context(|| file.clone())?;
        labs.insert(slug, format!("programs/{}", put(&program, &file, &site.join("programs"))?));
    }
    let script = scripts(root, &site.join("client"))?;
    Ok(Programs { script, compiler, tokio, labs: labs.into_iter().collect() })
}

/// All of them, each with the new names of those that it loads; gives the address of the last.
fn scripts(root: &Path, to: &Path) -> Result<String> {
    let mut renamed: Vec<(&str, String)> = vec![];
    for name in SCRIPTS {
        let path = root.join("server/client/in-page").join(name);
        let script = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let script = renamed.iter().fold(script, |text, (old, new)| {
            text.replace(&format!("'./{old}'"), &format!("'./{new}'"))
        });
        renamed.push((name, put(script.as_bytes(), name, to)?));
    }
    Ok(format!("client/{}", renamed.pop().map(|(_, name)| name).unwrap_or_default()))
}
