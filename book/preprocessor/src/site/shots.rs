//! Pictures as PNG: sites that preview links take no SVG. Chromium draws them, for it is needed by the browser tests
//! anyway, and its text looks as on the pages.

use super::{
    folder::{beside, remove},
    preview::Preview,
};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
};

const QUIET: [&str; 9] = [
    "--headless",
    // It opens our own drawings only, and as root or in a container there is no sandbox to be had.
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Draws them into `preview/`; gives their names.
pub(super) fn take(browser: &Path, all: &[Preview], site: &Path) -> Result<BTreeSet<String>> {
    let work = beside(site, "drawing")?;
    remove(&work)?;
    fs::create_dir_all(&work)?;
    fs::create_dir_all(site.join("preview"))?;
    let done = all.iter().try_for_each(|p| {
        shoot(browser, p, &work, site).with_context(|| format!("the picture of {}", p.name))
    });
    remove(&work)?;
    done.map(|()| all.iter().map(|p| p.name.clone()).collect())
}

fn shoot(browser: &Path, preview: &Preview, work: &Path, site: &Path) -> Result<()> {
    let svg = fs::canonicalize(work)?.join(format!("{}.svg", preview.name));
    fs::write(&svg, &preview.svg)?;
    let png = fs::canonicalize(site)?.join(format!("preview/{}.png", preview.name));
    let out = Command::new(browser)
        .args(QUIET)
        .arg(format!("--user-data-dir={}", work.join("profile").display()))
        .arg(format!("--window-size={},{}", Preview::WIDTH, Preview::HEIGHT))
        .arg(format!("--screenshot={}", png.display()))
        .arg(format!("file://{}", svg.display()))
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", browser.display()))?;
    let drawn = fs::read(&png).unwrap_or_default();
    if !out.status.success() || !drawn.starts_with(PNG) {
        let said = String::from_utf8_lossy(&out.stderr);
        bail!("{} drew no PNG ({}): {}", browser.display(), out.status, said.trim());
    }
    Ok(())
}
