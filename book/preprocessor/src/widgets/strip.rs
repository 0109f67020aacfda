//! `{{#lab slug [minutes=20]}}`: what the chapter is about, how long it takes, and how to run it.

use super::{
    element::{command, day, verdict},
    messages,
};
use crate::{
    catalog::Lab,
    directive::Directive,
    page::{Expanded, Page, Words},
};
use labkit_wire::{Clock, Description};
use maud::{Markup, html};

/// Words of prose a reader takes in per minute, code and pictures around them.
const PACE: usize = 120;

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let ([slug], options) = d.take(["slug"])?;
    let lab = page.lab(slug)?;
    if page.stem() != slug {
        return Err(format!("the chapter of {slug} is {slug}.md, and this is {}.md", page.stem()));
    }
    let about = page.describe(&lab)?;
    let first = match options.as_slice() {
        [] => minutes(page.words.open),
        [("minutes", n)] => n.parse().map_err(|_| format!("minutes={n}: write a whole number"))?,
        [(name, _), ..] => return Err(format!("takes minutes=<number>, not {name}=")),
    };
    let verdicts =
        if page.is_for_search() { messages::of_lab(slug)? } else { verdicts(&lab, &about)? };
    Ok(strip(&lab, &about, &time(first, page.words), &verdicts))
}

fn minutes(words: usize) -> usize {
    words.div_ceil(PACE).max(1)
}

/// How long the chapter takes, and each of its folded cases.
fn time(first: usize, words: Words) -> String {
    let each = || minutes(words.folded / words.relatives);
    match words.relatives {
        0 => format!("{first} min"),
        1 => format!("{first} min, and {} for its relative", each()),
        n => format!("{first} min, and {} for each of {n} relatives", each()),
    }
}

fn strip(lab: &Lab, about: &Description, time: &str, verdicts: &Markup) -> Markup {
    let clock = match about.clock {
        Clock::Paused => "virtual clock",
        Clock::Real => "real clock",
    };
    html! {
        div.sr-widget.sr-strip {
            ul.sr-facts {
                li.sr-slug { "Lab " code { (lab.slug) } }
                @for name in &about.crates { li { code { (name) } } }
                li { (time) }
                li { (clock) }
            }
            (verdicts)
            label.sr-lookup { input type="checkbox"; " I’m here to look something up: show all answers" }
            (how(lab))
        }
    }
}

fn how(lab: &Lab) -> Markup {
    let run = format!("target/debug/still-running run {} buggy", lab.slug);
    html! {
        details.sr-how {
            summary { "Run it on your machine" }
            p { "In a clone of the repository, this page with live terminals: " (command("cargo xtask serve")) }
            p { "In a shell, once that has set things up: " (command(&run)) }
        }
    }
}

/// What the recorded runs showed, folded: prediction comes first.
fn verdicts(lab: &Lab, about: &Description) -> Expanded {
    let mut runs = vec![];
    for variant in &about.variants {
        let recording = lab.recording(variant, None).map_err(|e| format!("{e:#}"))?;
        let told = recording.filter(|recording| recording.timeline().verdict().is_some());
        runs.extend(told.map(|recording| (variant, recording)));
    }
    Ok(html! {
        @if let Some((_, first)) = runs.first() {
            details.sr-recorded {
                summary { span.sr-live data-sr-live { "Recorded" } (day(first)) ": verdicts" }
                p {
                    @for (at, (variant, recording)) in runs.iter().enumerate() {
                        @if at > 0 { " " }
                        span.sr-outcome { (variant) " " (verdict(recording)) }
                    }
                }
            }
        }
    })
}
