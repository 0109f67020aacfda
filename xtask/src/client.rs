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

use crate::sh::root;
use anyhow::{Result, bail};
use flate2::{Compression, write::GzEncoder};
use manifest::{Manifest, dist};
use std::{fs, io::Write, path::Path};

/// Builds the client, or with `check` only says whether the committed one is up to date.
pub fn client(check: bool) -> Result<()> {
    if check {
        self::check(root())?;
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
    light(root)
}

/// The most bytes of a built file, as it is and gzipped. A reader waits for the gzipped ones: all that the first run
/// needs beside xterm.js stays under 100 kB. Both compilers that `cargo xtask client` knows must meet them, or a build that passes on
/// one machine fails on another: Debian's builds std for size, rustup's comes ready made and larger.
const BUDGETS: [(&str, usize, usize); 2] =
    [("still_running_client.js", 16_000, 6_000), ("still_running_client_bg.wasm", 210_000, 93_800)];

fn light(root: &Path) -> Result<()> {
    for (file, most, most_gzipped) in BUDGETS {
        let built = fs::read(dist(root).join(file))?;
        let (bytes, gzipped) = (built.len(), gzipped(&built)?);
        if bytes > most || gzipped > most_gzipped {
            bail!(
                "server/client/dist/{file} has {bytes} bytes, {gzipped} gzipped; \
                 the budget is {most}, and {most_gzipped} gzipped"
            );
        }
    }
    Ok(())
}

/// How many bytes a reader fetches.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut packed = GzEncoder::new(vec![], Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?.len())
}

/// wasm-bindgen is most of the build time of this crate, so the lean xtask runs a fat one.
#[cfg(not(feature = "client"))]
fn rebuild() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .current_dir(root())
        .args(["run", "--quiet", "--package", "xtask", "--features", "client"])
        .arg("--target-dir")
        .arg(crate::sh::target()?.join("xtask-client"))
        .args(["--", "client"])
        .status()?;
    if !status.success() {
        bail!("the client was not built; the reason is above");
    }
    Ok(())
}

#[cfg(feature = "client")]
fn rebuild() -> Result<()> {
    build::build(root())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_client_is_made_from_these_sources() {
        super::check(crate::sh::root()).unwrap();
    }
}
