//! What the steps need beyond a Rust toolchain. What is missing is said, with the one command that gets it.

use crate::sh::{command, root, run, step, which};
use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The page's npm packages (xterm.js, CodeMirror), by lock file. Without npm the page shows plain text in place of terminals,
/// and its editor is a text field.
pub fn page_assets() -> Result<()> {
    match npm("server/client", &["--omit=dev"]) {
        Ok(()) => {}
        Err(why) => {
            eprintln!("   {why:#}\n   The book works without: its terminals are plain text then.");
            return Ok(());
        }
    }
    if let Err(why) = editor() {
        eprintln!("   {why:#}\n   The book works without: the editor is a plain text field then.");
    }
    Ok(())
}

/// CodeMirror, in one file; made anew where its packages or its source changed.
fn editor() -> Result<()> {
    npm(EDITOR, &[])?;
    let dir = root().join(EDITOR);
    let (bundle, stamp) = (dir.join("dist/codemirror.mjs"), dir.join("dist/.still-running"));
    let mut hash = Sha256::new();
    for file in ["package-lock.json", "codemirror.js"] {
        hash.update(fs::read(dir.join(file))?);
    }
    let wanted = format!("{:x?}", hash.finalize());
    if bundle.is_file() && fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    step("The editor", || {
        let how = ["codemirror.js", "--bundle", "--minify", "--format=esm", "--log-level=warning"];
        let mut esbuild = command(dir.join("node_modules/.bin/esbuild"), &how);
        esbuild.arg("--outfile=dist/codemirror.mjs").current_dir(&dir);
        run(esbuild)?;
        Ok(fs::write(&stamp, &wanted)?)
    })
}

const EDITOR: &str = "server/client/editor";

/// Installs a folder's npm packages by its lock file, unless that lock file is the one installed already.
pub fn npm(folder: &str, options: &[&str]) -> Result<()> {
    let dir = root().join(folder);
    let stamp = dir.join("node_modules/.still-running");
    let wanted =
        format!("{options:?} {:x?}", Sha256::digest(fs::read(dir.join("package-lock.json"))?));
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    let Some(npm) = which("npm") else {
        bail!(
            "npm was not found. Install it (Debian, Ubuntu: apt-get install nodejs npm), then run this again"
        );
    };
    step(&format!("npm packages of {folder}"), || {
        let mut install = command(npm, &["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        install.args(options).current_dir(&dir);
        run(install)?;
        Ok(fs::write(&stamp, &wanted)?)
    })
}

/// A Chromium for the browser tests: `CHROMIUM`, else the `PATH`; installed where this is root on Debian or Ubuntu.
pub fn chromium() -> Result<PathBuf> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let root_on_debian =
        which("apt-get").is_some() && Path::new("/root").metadata().is_ok_and(|_| is_root());
    if !root_on_debian {
        bail!(
            "no Chromium was found. Install one (Debian, Ubuntu: sudo apt-get install chromium), or set CHROMIUM to its path"
        );
    }
    step("Chromium for the browser tests, by apt-get", || {
        run(apt(&["update", "--quiet"]))?;
        run(apt(&["install", "--yes", "--quiet", "--no-install-recommends", "chromium"]))
    })?;
    find_chromium()
        .ok_or_else(|| anyhow::anyhow!("chromium was installed and is still not on the PATH"))
}

fn find_chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    named.or_else(|| {
        ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| which(name))
    })
}

fn apt(args: &[&str]) -> Command {
    let mut apt = command("apt-get", args);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
