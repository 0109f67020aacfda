//! `{{#lab slug [minutes=20]}}`: what the chapter is about, how long it takes, and how to run it.

use super::{
    element::{command, day},
    messages,
};
use crate::{
    catalog::Lab,
    directive::Directive,
    page::{Expanded, Page, Words},
};
use labkit_wire::{Clock, Description};
use still_running_view::text::{badge, escape};

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
    let inside = inside(&lab, &about, &time(first, page.words), &verdicts);
    Ok(format!("<div class=\"sr-widget sr-strip\">{inside}</div>"))
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

fn inside(lab: &Lab, about: &Description, time: &str, verdicts: &str) -> String {
    let crates: String =
        about.crates.iter().map(|c| format!("<li><code>{}</code></li>", escape(c))).collect();
    let clock = match about.clock {
        Clock::Paused => "virtual clock",
        Clock::Real => "real clock",
    };
    format!(
        "<ul class=\"sr-facts\"><li class=\"sr-slug\">Lab <code>{slug}</code></li>{crates}<li>{time}</li><li>{clock}</li></ul>\
         {verdicts}<label class=\"sr-lookup\"><input type=\"checkbox\"> I’m here to look something up: show all answers</label>\
         <details class=\"sr-how\"><summary>Run it on your machine</summary>\
         <p>In a clone of the repository, this page with live terminals: {serve}</p><p>In a shell, once that has set things up: {run}</p></details>",
        slug = escape(&lab.slug),
        serve = command("cargo xtask serve"),
        run = command(&format!("target/debug/still-running run {} buggy", lab.slug)),
    )
}

/// What the recorded runs showed, folded: prediction comes first.
fn verdicts(lab: &Lab, about: &Description) -> Expanded {
    let (mut said, mut when) = (String::new(), None);
    for variant in &about.variants {
        let recording = lab.recording(variant, None).map_err(|e| format!("{e:#}"))?;
        let Some(recording) = recording else { continue };
        let Some(verdict) = recording.timeline().verdict() else { continue };
        said +=
            &format!("<span class=\"sr-outcome\">{} {}</span> ", escape(variant), badge(verdict));
        when.get_or_insert_with(|| day(&recording));
    }
    Ok(match when {
        Some(day) => format!(
            "<details class=\"sr-recorded\"><summary><span class=\"sr-live\" data-sr-live>Recorded</span>{day}: verdicts</summary><p>{}</p></details>",
            said.trim_end()
        ),
        None => String::new(),
    })
}
