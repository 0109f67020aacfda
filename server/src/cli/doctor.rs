//! What is here, what is missing, and the one command that gets it.

use super::{
    Complaint,
    ask::ask,
    out::line,
    place::{Where, how_to_get_labs},
};
use crate::{http::Site, postgres};
use clap::Args;
use std::process::ExitCode;

const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Where,
}

/// One thing that is here, or what it is for and how to get it.
struct Finding {
    what: &'static str,
    found: Option<String>,
    missed: &'static str,
    get: String,
}

pub async fn doctor(options: Options) -> Result<ExitCode, Complaint> {
    let (catalog, workspace) = options.place.catalog(&[]).await?;
    let site = Site::find(None, workspace.as_ref().map(|w| w.root()));
    let labs = Some(catalog.labs().len()).filter(|n| *n > 0).map(|n| format!("{n} can be run"));
    let runs = labs.is_some();
    let findings = [
        finding("labs", labs, "nothing can be run", how_to_get_labs(workspace.is_some())),
        finding(
            "book",
            site.is_built().then(|| "built".to_owned()),
            "there are no pages",
            "cargo xtask serve",
        ),
        finding(
            "PostgreSQL",
            postgres::origin(),
            "labs that can use it do without",
            labkit_postgres::HOW_TO_INSTALL,
        ),
    ];
    findings.iter().for_each(Finding::print);
    if workspace.is_some() {
        of_a_checkout().await.iter().for_each(Finding::print);
    }
    Ok(if runs { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What only those miss who change something here.
async fn of_a_checkout() -> [Finding; 4] {
    [
        finding(
            "cargo",
            ask("cargo", &["--version"], None).await,
            "your own variant cannot be built",
            "https://rustup.rs",
        ),
        finding(
            "npm",
            ask("npm", &["--version"], None).await,
            "pages show output without xterm.js",
            "apt-get install npm",
        ),
        finding(
            "browser",
            browser().await,
            "the pages cannot be tested",
            "apt-get install chromium",
        ),
        finding(
            "wasm target",
            wasm().await,
            "the page's client cannot be rebuilt",
            "rustup target add wasm32-unknown-unknown",
        ),
    ]
}

fn finding(what: &'static str, found: Option<String>, missed: &'static str, get: &str) -> Finding {
    Finding { what, found, missed, get: get.to_owned() }
}

impl Finding {
    fn print(&self) {
        match &self.found {
            Some(found) => line(&format!("ok       {:12} {found}", self.what)),
            None => {
                line(&format!("missing  {:12} {}. To get it: {}", self.what, self.missed, self.get))
            }
        }
    }
}

async fn browser() -> Option<String> {
    for name in BROWSERS {
        if let Some(version) = ask(name, &["--version"], None).await {
            return Some(version);
        }
    }
    None
}

/// From rustup, or from the distribution, whose compiler builds the standard library from source.
async fn wasm() -> Option<String> {
    let asked = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
    let libdir = ask("rustc", &asked, None).await;
    if libdir.is_some_and(|dir| std::path::Path::new(&dir).is_dir()) {
        return Some("from rustup".to_owned());
    }
    let debian = std::path::Path::new("/usr/lib/rustlib/src/rust/library");
    debian.exists().then(|| "from Debian's sources".to_owned())
}
