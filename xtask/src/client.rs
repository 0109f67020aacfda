//! `cargo xtask client [--check]`: the page's wasm client, from `server/client` to `server/client/dist`.
//!
//! A reader never needs this: the built client is committed, with a manifest of what it was built from.

#[cfg(feature = "client")]
mod build;
mod manifest;
#[cfg(any(test, feature = "client"))]
mod names;
#[cfg(feature = "client")]
mod toolchain;

use anyhow::{Result, bail};
use manifest::Manifest;
use std::path::{Path, PathBuf};

/// Builds the client, or with `check` only says whether the committed one is up to date.
pub fn client(check: bool) -> Result<()> {
    if check {
        self::check(&root())?;
        println!("server/client/dist is made from these sources");
        return Ok(());
    }
    rebuild()
}

/// Fails when the committed client was not built from the sources as they are now.
pub fn check(root: &Path) -> Result<()> {
    let manifest = Manifest::read(root)?;
    if manifest.sources != manifest::sources(root)? {
        bail!("server/client/dist is stale: its sources changed. Run: cargo xtask client");
    }
    for (file, wanted) in &manifest.files {
        if manifest::describe(&dist(root).join(file))? != *wanted {
            bail!("server/client/dist/{file} is not what was built. Run: cargo xtask client");
        }
    }
    light(&manifest)
}

/// The most bytes of a built file, before compression. The aim for the wasm is 120,000; no new feature may lead away
/// from it.
const BUDGETS: [(&str, u64); 2] =
    [("still_running_client.js", 16_000), ("still_running_client_bg.wasm", 154_000)];

fn light(manifest: &Manifest) -> Result<()> {
    for (file, most) in BUDGETS {
        let bytes = manifest.files.get(file).and_then(|f| f["bytes"].as_u64());
        if bytes.is_none_or(|bytes| bytes > most) {
            bail!("server/client/dist/{file} has {bytes:?} bytes; the budget is {most}");
        }
    }
    Ok(())
}

/// wasm-bindgen is most of the build time of this crate, so the lean xtask runs a fat one.
#[cfg(not(feature = "client"))]
fn rebuild() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .current_dir(root())
        .args(["run", "--quiet", "--package", "xtask", "--features", "client"])
        .args(["--target-dir", "target/xtask-client", "--", "client"])
        .status()?;
    if !status.success() {
        bail!("the client was not built; the reason is above");
    }
    Ok(())
}

#[cfg(feature = "client")]
fn rebuild() -> Result<()> {
    build::build(&root())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace").to_owned()
}

fn dist(root: &Path) -> PathBuf {
    root.join("server/client/dist")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_client_is_made_from_these_sources() {
        super::check(&super::root()).unwrap();
    }
}
