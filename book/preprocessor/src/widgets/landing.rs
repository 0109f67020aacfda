//! `{{#landing slug lane}}`: what one lane of the lab's bug said, and the way to its chapter. That lane is where the
//! symptom is seen: no verdict, no figure and no other lane, so that who follows the link can still guess.

use super::element::{Widget, drawn, unrecorded};
use crate::{
    directive::Directive,
    page::{Expanded, Page},
};
use maud::html;
use still_running_view::{recording::Recording, transcript};

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug, lane] = d.only(["slug", "lane"])?;
    let lab = page.lab(slug)?;
    let chapter = page
        .link_to(slug)
        .ok_or_else(|| format!("{slug} has no chapter in SUMMARY.md to lead to"))?;
    let id = page.id(slug, "landing");
    let run = lab.recording("buggy", None).map_err(|e| format!("{e:#}"))?;
    let Some(run) = run else { return Ok(unrecorded(slug)) };
    let said = said(lane, &run);
    if said.is_empty() {
        return Err(format!("the recorded run of {slug} says nothing in a lane {lane:?}"));
    }
    let inside = html! {
        div data-sr-fallback {
            div.sr-terminal {
                p.sr-terminal-bar { span.sr-name { "what the " (lane) " saw" } }
                pre.sr-transcript {
                    @for line in said { span.sr-term-line { (drawn(line)) "\n" } }
                }
            }
        }
        p.sr-buttons { a.sr-button.is-main href=(chapter) { "Guess why" } }
        (super::progress::sums(page.book, page.path))
    };
    let widget = Widget { kind: "landing", class: "sr-landing", id: &id, lab: slug, data: &[] };
    Ok(widget.html(&inside))
}

/// The lines of a terminal that are this lane's: each begins with a time and a lane.
fn said(lane: &str, run: &Recording) -> Vec<String> {
    let text = transcript::html(&run.bytes());
    let its = text.lines().filter(|line| {
        let words = plain(line);
        let mut words = words.split_whitespace();
        words.nth(1) == Some("ms") && words.next() == Some(lane)
    });
    its.map(str::to_owned).collect()
}

fn plain(html: &str) -> String {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text)).collect()
}
