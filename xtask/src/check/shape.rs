//! Each lab's folder holds exactly its files, and its variants differ in a handful of lines.

use super::diff;
use crate::sh::root;
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const FILES: [&str; 5] = ["Cargo.toml", "buggy.rs", "fixed.rs", "lab.rs", "mine.rs"];
/// The most changed lines a side, unless the manifest says why there are more.
const DIFF_MAX: usize = 8;

/// Checks every lab, and tells all that is wrong at once.
pub fn labs() -> Result<()> {
    let wrong: Vec<String> =
        folders()?.iter().filter_map(|dir| lab(dir).err()).map(|e| format!("  {e:#}")).collect();
    if !wrong.is_empty() {
        bail!("{} of the labs are not as they should be:\n{}", wrong.len(), wrong.join("\n"));
    }
    Ok(())
}

/// The folders of the labs: all in `labs/` but the kit.
pub fn folders() -> Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(root().join("labs"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    all.retain(|dir| dir.is_dir() && !dir.ends_with("kit"));
    all.sort();
    Ok(all)
}

fn lab(dir: &Path) -> Result<()> {
    let slug = dir.file_name().expect("a folder has a name").to_string_lossy().into_owned();
    files(dir).with_context(|| format!("labs/{slug}"))?;
    let read =
        |file| fs::read_to_string(dir.join(file)).with_context(|| format!("labs/{slug}/{file}"));
    let (buggy, fixed, mine, manifest) =
        (read("buggy.rs")?, read("fixed.rs")?, read("mine.rs")?, read("Cargo.toml")?);
    if rest(&buggy) != rest(&mine) {
        bail!(
            "labs/{slug}/mine.rs differs from buggy.rs beyond its first line; \
             repair: (head -1 labs/{slug}/mine.rs; tail -n +2 labs/{slug}/buggy.rs) > m && mv m labs/{slug}/mine.rs"
        );
    }
    if manifest.contains("long-diff") {
        return Ok(());
    }
    for (part, changed) in diff::parts(&buggy, &fixed) {
        if changed.removed.max(changed.added) > DIFF_MAX {
            bail!(
                "labs/{slug}: {part} differs in {} lines of buggy.rs and {} of fixed.rs, {DIFF_MAX} a side are allowed; \
                 move what does not teach into lab.rs, or say why in Cargo.toml: \
                 [package.metadata.still-running] long-diff = \"…\"",
                changed.removed,
                changed.added
            );
        }
    }
    Ok(())
}

fn files(dir: &Path) -> Result<()> {
    let have: BTreeSet<String> = fs::read_dir(dir)?
        .map(|e| Ok(e?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    let want: BTreeSet<String> = FILES.map(str::to_owned).into();
    if have != want {
        bail!(
            "holds {have:?}; a lab's folder holds exactly {want:?}. `cargo xtask new-lab <slug>` makes one"
        );
    }
    Ok(())
}

/// All but the first line, which says whose variant it is.
pub fn rest(file: &str) -> &str {
    file.split_once('\n').map_or("", |(_, rest)| rest)
}
