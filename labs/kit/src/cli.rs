//! `<lab> buggy|fixed [--knob value …]`, or `<lab> --describe`.

use labkit_wire::{Description, Values};
use lexopt::prelude::*;

pub(crate) enum Ask {
    Describe,
    Help,
    Run { variant: String, knobs: Values },
}

/// Reads the command line, or says in a sentence what is wrong with it.
pub(crate) fn parse(
    lab: &Description,
    args: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<Ask, String> {
    let mut parser = lexopt::Parser::from_args(args);
    let (mut variant, mut knobs) = (None, Values::defaults(lab));
    while let Some(arg) = parser.next().map_err(|e| e.to_string())? {
        match arg {
            Long("describe") => return Ok(Ask::Describe),
            Short('h') | Long("help") => return Ok(Ask::Help),
            Long(name) => {
                let name = name.to_owned();
                let typed = parser.value().map_err(|e| e.to_string())?;
                knobs.set(lab, &name, &typed.to_string_lossy()).map_err(|e| e.to_string())?;
            }
            Value(word) if variant.is_none() => {
                variant = Some(known(lab, &word.to_string_lossy())?)
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    let variant = variant
        .ok_or_else(|| format!("say which variant to run: {}", lab.variants.join(" or ")))?;
    Ok(Ask::Run { variant, knobs })
}

fn known(lab: &Description, word: &str) -> Result<String, String> {
    match lab.variants.iter().chain(&lab.wrong).find(|v| *v == word) {
        Some(variant) => Ok(variant.clone()),
        None => Err(format!(
            "{} has no variant {word:?}; it has: {}",
            lab.slug,
            lab.variants.join(", ")
        )),
    }
}

/// What `--help` prints.
pub(crate) fn help(lab: &Description) -> String {
    let mut text = format!(
        "{}\n\nUsage: {} {} [--<knob> <value> …]\n",
        lab.title,
        lab.slug,
        lab.variants.join("|")
    );
    if !lab.knobs.is_empty() {
        text += "\nKnobs:\n";
    }
    for knob in &lab.knobs {
        let (name, help, allowed, default) =
            (&knob.name, &knob.help, knob.allowed(), knob.default_text());
        text += &format!("  --{name:<12} {help}\n{:17}{allowed}; {default} unless said\n", "");
    }
    text + "\nExit codes: 0 held, 10 violated, 11 unexercised, 12 unavailable, 2 usage.\n"
}
