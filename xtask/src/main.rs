//! Set-up, tests and checks of this repository. Nothing here knows a lab, a page or a route: it starts those who do.

mod bundle;
mod check;
mod client;
mod in_page;
mod new_lab;
mod publish;
mod serve;
mod setup;
mod sh;
mod test;
mod wasm;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  serve [options]    set everything up and serve the book; options go to `still-running serve`
  test               set everything up and run every test there is, the browser's included
  check              format, lints, and every promise a lab, a chapter and a recording makes
  new-lab <slug> [async|http|cases] --part PART [--title TITLE] [--section SECTION]…
                     a new lab with its chapter, in that part of the book
  record [slug …]    run the labs and keep the recordings that the online edition replays
  site [--out DIR] [--address https://…]
                     the online edition: a static site, recordings in place of runs (target/site); its address is for
                     link previews and 404.html
  dist               one archive for machines without Rust: server, labs and book (target/dist), with its checksum
  in-page            the labs that run in a reader's browser, as WebAssembly; compared with the native ones
  client [--check]   rebuild the page's wasm client; --check says whether the committed one is stale
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) =
        args.split_first().map_or(("help", &[][..]), |(c, rest)| (c.as_str(), rest));
    let done = match command {
        "serve" => serve::serve(rest),
        "test" => test::test(),
        "check" => check::check(),
        "new-lab" => new_lab::new_lab(rest),
        "record" => publish::record(rest),
        "site" => publish::site(rest),
        "dist" => bundle::dist(),
        "in-page" => in_page::in_page(),
        "client" => client::client(rest.first().is_some_and(|a| a == "--check")),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => {
            eprintln!("xtask has no command {other:?}.\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask {command}: {why:#}");
            ExitCode::FAILURE
        }
    }
}
