//! `still-running why`: from a pasted line of log to the labs that can cause it.

use super::{Complaint, out::line};
use clap::Args;
use std::{
    io::{IsTerminal, Read},
    process::ExitCode,
};
use still_running_why::{Message, Table};

/// The most that is read of a log. Whoever pastes more wants `grep` first, and memory stays bounded.
const MOST: u64 = 1024 * 1024;

/// How many messages are explained; a log may hold many.
const SHOWN: usize = 3;

#[derive(Debug, Args)]
pub struct Options {
    /// A line of log, an error, a symptom in words [default: what comes on standard input]
    text: Vec<String>,
}

/// Explains what is known of the text; `1` where nothing is.
pub fn why(options: &Options) -> Result<ExitCode, Complaint> {
    let pasted = if options.text.is_empty() { read()? } else { options.text.join(" ") };
    let table =
        Table::ours().map_err(|e| Complaint::new("The table of messages is broken.").because(e))?;
    let found = table.find(&pasted);
    if found.is_empty() {
        line(
            "Nothing known fits this. Paste the innermost message of the error: print it with {:?}, or walk source().",
        );
        return Ok(ExitCode::from(1));
    }
    let text: Vec<String> = found.iter().take(SHOWN).map(|message| explain(message)).collect();
    line(text.join("\n").trim_end());
    Ok(ExitCode::SUCCESS)
}

fn read() -> Result<String, Complaint> {
    if std::io::stdin().is_terminal() {
        return Err(Complaint::usage("There is no text.".to_owned())
            .so("paste it: still-running why \"connection closed before message completed\", or: still-running why < log"));
    }
    let mut bytes = vec![];
    let read = std::io::stdin().take(MOST).read_to_end(&mut bytes);
    read.map_err(|e| Complaint::new("Standard input could not be read.").because(e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn explain(message: &Message) -> String {
    let causes: String = message
        .causes
        .iter()
        .map(|cause| {
            let labs = match cause.labs.join(", ") {
                none if none.is_empty() => String::new(),
                labs => format!("\n    lab: {labs}"),
            };
            format!("  · {}\n    Ask: {}{labs}\n", cause.what, cause.ask)
        })
        .collect();
    format!("{}\n{}\n{causes}", message.means, message.not)
}
