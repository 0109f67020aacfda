//! `cargo xtask test`: every test there is, the browser's included.

use crate::{
    check, in_page, serve, setup,
    sh::{build, built, cargo, command, root, run, step},
};
use anyhow::{Result, bail};
use std::env;

/// How often each lab runs here. Long repeats are `still-running check --times 200`.
const TIMES: &str = "3";

pub fn test() -> Result<()> {
    setup::page_assets()?;
    step("Build", build)?;
    step("The shape of labs and chapters", check::shape)?;
    step("Tests in Rust", || run(cargo(&["test", "--no-fail-fast"])))?;
    step("The labs, each variant a few times", || {
        run(command(built("still-running")?, &["check", "--times", TIMES]))
    })?;
    serve::book()?;
    browser()
}

fn browser() -> Result<()> {
    let chromium = match setup::chromium() {
        Ok(found) => found,
        Err(why) if env::var_os("CI").is_none() => {
            eprintln!("── Browser tests: skipped. {why:#}");
            return Ok(());
        }
        Err(why) => bail!(why),
    };
    setup::npm("server/tests/browser", &[])?;
    let programs = in_page::programs()?;
    step("Tests in a browser", || {
        let mut npm = command("npm", &["test", "--silent"]);
        npm.current_dir(root().join("server/tests/browser")).env("CHROMIUM", chromium);
        if let Some(programs) = &programs {
            npm.env("STILL_RUNNING_IN_PAGE", programs);
        }
        run(npm)
    })
}
