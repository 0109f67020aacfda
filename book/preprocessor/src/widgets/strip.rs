//! `{{#lab slug [minutes=20]}}`: what the chapter is about, how long it takes, and how to run it.

use super::{Widget, command, day};
use crate::{
    catalog::Lab,
    directive::Directive,
    expand::{Expanded, Page},
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
    let minutes = match options.as_slice() {
        [] => page.words.div_ceil(PACE).max(1),
        [("minutes", n)] => n.parse().map_err(|_| format!("minutes={n}: write a whole number"))?,
        [(name, _), ..] => return Err(format!("takes minutes=<number>, not {name}=")),
    };
    let id = page.id(slug, "mark");
    let widget = Widget { kind: "mark", class: "sr-strip", id: &id, lab: slug, data: &[] };
    Ok(widget.html(&inside(&lab, &about, minutes)?))
}

fn inside(lab: &Lab, about: &Description, minutes: usize) -> Expanded {
    let crates: String =
        about.crates.iter().map(|c| format!("<li><code>{}</code></li>", escape(c))).collect();
    let clock = match about.clock {
        Clock::Paused => "virtual clock",
        Clock::Real => "real clock",
    };
    Ok(format!(
        "<ul class=\"sr-facts\"><li class=\"sr-slug\">Lab <code>{slug}</code></li>{crates}<li>{minutes} min</li><li>{clock}</li></ul>\
         {verdicts}<details class=\"sr-how\"><summary>Run it on your machine</summary>\
         <p>In a clone of the repository, this page with live terminals: {serve}</p><p>In a shell: {run}</p></details>",
        slug = escape(&lab.slug),
        verdicts = verdicts(lab, about)?,
        serve = command("cargo xtask serve"),
        run = command(&format!("cargo run --bin still-running -- run {} buggy", lab.slug)),
    ))
}

/// What the recorded runs showed, folded: prediction comes first. A search for a lab or a verdict finds it here.
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
