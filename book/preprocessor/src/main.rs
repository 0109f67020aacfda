//! mdBook's preprocessor of this book (by stdin and stdout), and the builder of its site.

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use mdbook_preprocessor::{MDBOOK_VERSION, Preprocessor, parse_input};
use mdbook_still_running::{StillRunning, catalog::Catalog, check, site};
use std::{io, process::ExitCode};

const USAGE: &str = "\
Usage: mdbook-still-running [command]

  build [options]                  the whole site
      --out DIR                    into this folder (target/book)
      --recorded                   a static site: recordings in place of runs
      --programs DIR               labs that run in the page, as `cargo xtask site` builds them
      --address URL                where readers will find it; link previews and 404.html need it
      --browser PROGRAM            a Chromium, which draws the pictures for link previews
  check                            links, ids, and the folders of labs, and that labs, chapters and SUMMARY.md match
  supports <renderer>              exit code 0 for html (asked by mdBook)

Without a command: the preprocessor, a book on stdin and stdout.";

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(io::stderr)
        .without_time()
        .with_target(false)
        .init();
    match run() {
        Ok(code) => code,
        Err(why) => {
            eprintln!("mdbook-still-running: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut args = lexopt::Parser::from_env();
    let command = match args.next()? {
        None => return preprocess().map(|()| ExitCode::SUCCESS),
        Some(Value(command)) => command.string()?,
        Some(Short('h') | Long("help")) => "help".to_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "supports" => return supports(args),
        "build" => build(args)?,
        "check" => check::check(&Catalog::here()?)?,
        "help" => println!("{USAGE}"),
        other => bail!("there is no command {other:?}\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn preprocess() -> Result<()> {
    let (ctx, book) = parse_input(io::stdin()).context(USAGE)?;
    if ctx.mdbook_version != MDBOOK_VERSION {
        eprintln!(
            "mdbook-still-running is built for mdBook {MDBOOK_VERSION}, and this is {}; if the book fails to build, \
             run: mdbook-still-running build",
            ctx.mdbook_version
        );
    }
    let book = StillRunning::default().run(&ctx, book)?;
    Ok(serde_json::to_writer(io::stdout(), &book)?)
}

fn supports(mut args: lexopt::Parser) -> Result<ExitCode> {
    let renderer = args.value().context("supports what? Name a renderer")?.string()?;
    Ok(match StillRunning::default().supports_renderer(&renderer)? {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn build(mut args: lexopt::Parser) -> Result<()> {
    let mut options = site::Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("recorded") => options.mode = site::Mode::Recorded,
            Long("live") => options.mode = site::Mode::Live,
            Long("out") => options.out = args.value()?.into(),
            Long("address") => options.address = Some(args.value()?.string()?.parse()?),
            Long("programs") => options.programs = Some(args.value()?.into()),
            Long("browser") => options.browser = Some(args.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let catalog = Catalog::here()?;
    for note in site::build(&catalog, &options)? {
        eprintln!("   {note}");
    }
    Ok(())
}
