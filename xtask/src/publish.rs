//! What leaves the repository: recordings, the online edition. The bundle is [`crate::bundle`]'s.

use crate::{
    in_page, setup,
    sh::{build, built, command, run, step},
};
use anyhow::Result;

pub fn record(slugs: &[String]) -> Result<()> {
    step("Build", build)?;
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
    run(command(built("still-running")?, &[&["record"], &slugs[..]].concat()))
}

pub fn site(options: &[String]) -> Result<()> {
    setup::page_assets()?;
    step("Build", build)?;
    let programs = in_page::programs()?;
    let mut build = command(built("mdbook-still-running")?, &["build", "--recorded"]);
    if let Some(programs) = programs {
        build.arg("--programs").arg(programs);
    }
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
