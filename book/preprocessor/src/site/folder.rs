use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A folder for what is being made, beside the one it is for.
pub(crate) fn beside(out: &Path, what: &str) -> Result<PathBuf> {
    let name = out.file_name().with_context(|| format!("{} names no folder", out.display()))?;
    if let Some(parent) = out.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(out.with_file_name(format!(".{}.{what}", name.to_string_lossy())))
}

pub(crate) fn remove(dir: &Path) -> Result<()> {
    match dir.exists() {
        true => fs::remove_dir_all(dir)
            .with_context(|| format!("{} could not be removed", dir.display())),
        false => Ok(()),
    }
}
