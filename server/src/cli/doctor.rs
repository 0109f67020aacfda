//! What is here, what is missing, and the one command that gets it.

use super::{Complaint, Where};
use crate::cli::out::line;
use crate::{
    http::Site,
    keeper::{Captured, End, Order, Status, capture},
    postgres,
};
use clap::Args;
use std::{process::ExitCode, time::Duration};

const LIMIT: Duration = Duration::from_secs(10);
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
    let site = Site::find(None, workspace.as_ref().map(|w| w.root.as_path()));
    let labs = (!catalog.labs.is_empty()).then(|| format!("{} can be run", catalog.labs.len()));
    let runs = labs.is_some();
    let findings = [
        finding("labs", labs, "nothing can be run", "cargo build"),
        finding(
            "book",
            site.is_built().then(|| "built".to_owned()),
            "there are no pages",
            "cargo xtask serve",
        ),
        finding(
            "cargo",
            ask("cargo", &["--version"]).await,
            "your own variant cannot be built",
            "https://rustup.rs",
        ),
        finding(
            "PostgreSQL",
            postgres_here(),
            "labs that can use it do without",
            labkit_postgres::HOW_TO_INSTALL,
        ),
        finding(
            "npm",
            ask("npm", &["--version"]).await,
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
    ];
    findings.iter().for_each(Finding::print);
    Ok(if runs { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

fn postgres_here() -> Option<String> {
    if postgres::missing().is_some() {
        return None;
    }
    labkit_postgres::find().map(|folder| folder.display().to_string())
}

async fn browser() -> Option<String> {
    for name in BROWSERS {
        if let Some(version) = ask(name, &["--version"]).await {
            return Some(version);
        }
    }
    None
}

/// From rustup, or from the distribution, whose compiler builds the standard library from source.
async fn wasm() -> Option<String> {
    let libdir =
        ask("rustc", &["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).await;
    if libdir.is_some_and(|dir| std::path::Path::new(&dir).is_dir()) {
        return Some("from rustup".to_owned());
    }
    let debian = std::path::Path::new("/usr/lib/rustlib/src/rust/library");
    debian.exists().then(|| "from Debian's sources".to_owned())
}

/// The last line a program prints, after its warnings, if it is here and ends well.
async fn ask(program: &str, args: &[&str]) -> Option<String> {
    let order = Order::new(program).args(args.iter().copied());
    match capture(&order, LIMIT, 4 << 10).await.ok()? {
        Captured { output, end: End::Exited(Some(Status::Code(0))) } => {
            Some(String::from_utf8_lossy(&output).lines().last()?.trim().to_owned())
        }
        _ => None,
    }
}
