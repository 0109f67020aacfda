//! `cargo xtask in-page`: the labs that run in a reader's browser, as WASI programs, and whether they say what the native
//! ones say. Not committed: the online edition is built with them where rustup has their target.

use crate::{
    setup,
    sh::{built, cargo, command, root, run, step, target, which},
    wasm::{folders, installed, printed, squeeze},
};
use anyhow::{Context, Result, bail};
use labkit_shelf::Shelf;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Arguments, a clock and a stream to print to: all that a lab on a virtual clock asks for.
const TARGET: &str = "wasm32-wasip1";
/// The least of the steps that make it smaller: more take four times as long for half a percent.
const SQUEEZE: [&str; 5] =
    ["-Oz", "--low-memory-unused", "--zero-filled-memory", "--strip-debug", "--strip-producers"];

/// Builds them, and compares each with the native lab and its recordings.
pub fn in_page() -> Result<()> {
    let Some(programs) = programs()? else {
        bail!("nothing was built; the reason is above");
    };
    let mut native = cargo(&["build"]);
    for slug in slugs()? {
        native.args(["--bin", &slug]);
    }
    step("The native labs", || run(native))?;
    compare(&programs)
}

/// Where the target is installed: that they say what the native labs, built before, say.
pub fn check() -> Result<()> {
    match programs()? {
        Some(programs) => compare(&programs),
        None => Ok(()),
    }
}

/// Builds them; gives the folder they are in, or nothing where they cannot be built here, which is said.
pub fn programs() -> Result<Option<PathBuf>> {
    if !installed(TARGET) {
        eprintln!(
            "── Labs in the page: skipped. No {TARGET} here (rustup target add {TARGET} gets it; Debian has none for a compiler \
             this new). The online edition shows recordings without them, and nothing else needs them."
        );
        return Ok(None);
    }
    let slugs = slugs()?;
    step("Labs in the page", || make(&slugs)).map(Some)
}

/// As [`programs`], where somebody built them before: a reader's first start waits for no compiler that it doesn't need.
pub fn rebuilt() -> Result<Option<PathBuf>> {
    if folder()?.is_dir() { programs() } else { Ok(None) }
}

/// Where they are, once they are built.
pub fn folder() -> Result<PathBuf> {
    Ok(target()?.join("in-page/programs"))
}

/// Those that say in their manifest that they can.
fn slugs() -> Result<Vec<String>> {
    let shelf = Shelf::at(root());
    let mut slugs = shelf.slugs();
    let mut why = None;
    slugs.retain(|slug| match shelf.folder(slug).map(|folder| folder.in_page()) {
        Some(Ok(yes)) => yes,
        Some(Err(what)) => {
            why = Some(what);
            false
        }
        None => false,
    });
    match why {
        Some(why) => bail!(why),
        None => Ok(slugs),
    }
}

fn make(slugs: &[String]) -> Result<PathBuf> {
    let folder = target()?.join("in-page");
    compile(slugs, &folder)?;
    if let Err(why) = setup::npm("server/client/tools", &[]) {
        println!("    {why:#}: the files stay larger");
    }
    let out = self::folder()?;
    fs::create_dir_all(&out)?;
    for slug in slugs {
        small(&folder.join(TARGET).join("wasm"), &out, slug)
            .with_context(|| format!("the program of {slug}"))?;
    }
    let about = json!({"compiler": compiler()?, "tokio": tokio()?, "labs": slugs});
    let (file, text) = (out.join("programs.json"), serde_json::to_string_pretty(&about)? + "\n");
    // Left alone where it says so already: the book is built anew where a file of it has changed.
    if !fs::read_to_string(&file).is_ok_and(|have| have == text) {
        fs::write(file, text)?;
    }
    Ok(out)
}

fn compile(slugs: &[String], folder: &Path) -> Result<()> {
    let remap = |(from, to): (PathBuf, _)| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags: Vec<String> = folders(root())?.into_iter().map(remap).collect();
    // The popular wrong fixes are left out, and with them all uses of what they alone use.
    flags.push("-Adead_code".to_owned());
    let mut cargo = cargo(&["build", "--locked", "--profile", "wasm", "--target", TARGET]);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")).arg("--target-dir").arg(folder);
    for slug in slugs {
        cargo.args(["--package", slug]);
    }
    run(cargo)
}

/// wasm-opt takes seconds for each, so only for what has changed.
fn small(from: &Path, to: &Path, slug: &str) -> Result<()> {
    let (raw, kept) = (from.join(format!("{slug}.wasm")), to.join(format!("{slug}.raw")));
    let bytes = fs::read(raw)?;
    let file = to.join(format!("{slug}.wasm"));
    if file.is_file() && fs::read(&kept).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    let work = to.join(format!("{slug}.new"));
    fs::write(&work, &bytes)?;
    squeeze("wasm-opt", &SQUEEZE, "--output=", &work)?;
    fs::rename(work, file)?;
    Ok(fs::write(kept, bytes)?)
}

/// Such as `rustc 1.95.0`.
fn compiler() -> Result<String> {
    let said = printed("rustc", &["--version"])?;
    Ok(said.split(" (").next().unwrap_or(&said).to_owned())
}

/// The version that the lock file names. By hand: a crate for one line would be built before anybody's first page.
fn tokio() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let (_, rest) =
        lock.split_once("\nname = \"tokio\"\nversion = \"").context("Cargo.lock names no tokio")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// Each variant, with all combinations of what the grids hold, and each recording: bytes and exit codes.
fn compare(programs: &Path) -> Result<()> {
    let Some(node) = which("node") else {
        bail!(
            "node was not found; it runs the labs that run in a page. Debian, Ubuntu: apt-get install nodejs"
        );
    };
    let native = built("")?;
    let mut compare = command(node, &["server/client/in-page/compare.mjs"]);
    compare.arg(programs).arg(native).arg("book/recordings");
    step("Labs in the page say what the native ones say", || run(compare))
}
