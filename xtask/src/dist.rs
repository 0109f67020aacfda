//! What leaves the repository: recordings, the online edition, the bundle.

use crate::{
    check, setup,
    sh::{build, built, cargo, command, root, run, step},
};
use anyhow::Result;
use std::{env, fs, path::Path};

pub fn record(slugs: &[String]) -> Result<()> {
    step("Build", build)?;
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    run(command(built("mdbook-still-running"), &[&["record"], &slugs[..]].concat()))
}

pub fn site(options: &[String]) -> Result<()> {
    setup::page_assets()?;
    step("Build", build)?;
    let mut build = command(built("mdbook-still-running"), &["build", "--recorded"]);
    if !options.iter().any(|o| o == "--out") {
        build.args(["--out", "target/site"]);
    }
    if options.iter().any(|o| o == "--address") {
        // Without one there are no pictures, which is said.
        if let Ok(found) = setup::chromium() {
            build.arg("--browser").arg(found);
        }
    }
    build.args(options);
    step("The online edition", || run(build))?;
    println!(
        "Serve the folder from any static host, under any path. To compress it is the host's work; what has a hash in its \
         name may be kept for ever."
    );
    Ok(())
}

pub fn dist() -> Result<()> {
    setup::page_assets()?;
    step("Build", build)?;
    step("The book", || run(command(built("mdbook-still-running"), &["build"])))?;
    let labs = check::labs()?;
    step("Release build, the book inside (some minutes)", || release(&labs))?;
    let dist = root().join("target/dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(dist.join("labs"))?;
    copy("still-running", &dist)?;
    for lab in &labs {
        copy(lab, &dist.join("labs"))?;
    }
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root().join(file), dist.join(file))?;
    }
    fs::write(dist.join("README.txt"), include_str!("dist.txt"))?;
    println!("target/dist: copy the folder anywhere, then: ./still-running serve");
    Ok(())
}

/// The profile, and so the folder below `target`.
const BUNDLE: &str = "bundle";

/// Only what the folder holds: what builds the book stays at home.
fn release(labs: &[String]) -> Result<()> {
    let bins = labs.iter().flat_map(|lab| ["--bin", lab]);
    let mut arguments = vec!["build", "--profile", BUNDLE, "--features", "still-running/embed"];
    arguments.extend(["--bin", "still-running"].into_iter().chain(bins));
    run(cargo(&arguments))
}

fn copy(program: &str, to: &Path) -> Result<()> {
    let name = Path::new(program).with_extension(env::consts::EXE_EXTENSION);
    fs::copy(root().join("target").join(BUNDLE).join(&name), to.join(&name))?;
    Ok(())
}
