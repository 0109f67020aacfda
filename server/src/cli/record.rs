//! Recordings: runs of the built labs, kept in `book/recordings/<slug>/` for the online edition; and whether what is kept
//! is still what the labs do.

pub mod about;
mod files;
mod kept;
mod run;
mod stale;
mod subject;

use super::{Complaint, interrupt::Interrupt, place::Where};
use crate::{
    catalog::{Catalog, Unfit},
    postgres::Postgres,
    runs::Environment,
};
use clap::Args;
use labkit_shelf::Shelf;
pub use run::MOST;
use run::Recorder;
use std::{process::ExitCode, sync::Arc, time::Duration};
use subject::Subject;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Where,
    /// Which labs [default: all]
    slugs: Vec<String>,
    /// Only say which recordings are stale, or show what a fresh run does not
    #[arg(long)]
    check: bool,
    /// How long one run may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..))]
    run_time: u64,
}

pub async fn record(options: Options) -> Result<ExitCode, Complaint> {
    let (catalog, workspace) = options.place.catalog(&options.slugs).await?;
    let shelf = workspace.map(|w| w.shelf).ok_or_else(nowhere)?;
    let subjects = subjects(&catalog, &shelf, &options.slugs)?;
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let postgres = Postgres::of_our_own(&catalog);
    let recorder = Arc::new(Recorder {
        environment: Environment { postgres: postgres.clone(), events: true, colour: Some(true) },
        limit: Duration::from_secs(options.run_time),
        shelf,
        catalog,
    });
    let all = options.slugs.is_empty();
    let work = async {
        if options.check {
            stale::check(&recorder, subjects, all).await
        } else {
            files::record(&recorder, subjects).await
        }
    };
    // Dropped halfway, it leaves no process behind, and of no lab half of its files.
    let ended = tokio::select! {
        ended = work => ended,
        code = interrupt.next() => Ok(ExitCode::from(code)),
    };
    postgres.end().await;
    ended
}

/// The labs of those names, or all.
fn subjects(catalog: &Catalog, shelf: &Shelf, slugs: &[String]) -> Result<Vec<Subject>, Complaint> {
    let all = shelf.slugs();
    let named = if slugs.is_empty() { &all } else { slugs };
    let subject = |slug: &String| {
        let unknown = || Complaint::from(Unfit::Lab { slug: slug.clone(), allowed: all.clone() });
        let folder = shelf.folder(slug).ok_or_else(unknown)?;
        let lab = catalog.lab(slug).ok_or_else(|| unbuilt(slug))?;
        Ok(Subject { lab, folder })
    };
    named.iter().map(subject).collect()
}

fn nowhere() -> Complaint {
    Complaint::usage("There are no recordings here.")
        .because("this is not a checkout of the project")
        .so("clone the project, and run this in its folder.")
}

fn unbuilt(slug: &str) -> Complaint {
    Complaint::new(format!("The lab {slug} is not built.")).so(format!("cargo build --bin {slug}"))
}
