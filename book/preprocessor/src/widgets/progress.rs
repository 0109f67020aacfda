//! What a reader has done: at a chapter's end, on a path's page (`{{#path}}`), on the first page. The page's script
//! fills it in; without one it is not shown.

use crate::{
    directive::Directive,
    page::{Book, Expanded, Page},
    trail::{self, Chapter, Trail},
};
use maud::{Markup, html};
use std::path::Path;

/// Below a path's introduction: how far one is, and where to go on.
pub(super) fn path(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    d.only([])?;
    let trail = page.book.trails.iter().find(|trail| trail.page.path == page.path);
    let trail = trail.ok_or("has an empty line above it, and one below")?;
    let first = trail.stops.first();
    let first = first.ok_or(
        "leads nowhere; name its chapters in the rows of a table below it, with a link each",
    )?;
    Ok(html! {
        p.sr-way data-trail=(trail.page.stem()) data-pages=(trail.names()) {
            a.sr-button.is-main href=(first.link(page.path)) { "Begin: " (first.title) }
        }
    })
}

/// Behind all a page says: the mark that it is done, the path one is on, and what was done so far.
pub(crate) fn end(book: &Book, path: &Path) -> Markup {
    let on = book.trails.iter().any(|trail| trail.place(path).is_some());
    let steps = html! { @for trail in &book.trails { (step(trail, path)) } };
    let name = trail::stem(path);
    if !on && !book.catalog.slugs().contains(&name) {
        return steps;
    }
    html! {
        div.sr-widget.sr-end data-page=(name) id={ (name) "--end" } {
            button.sr-done type="button" data-act="done" { "Mark as done" }
            (steps)
            details.sr-kept {
                summary { "Your progress" }
                (sums(book, path))
                p.sr-note { "It is kept in this browser only." }
                p.sr-bar {
                    (button("forget", "Forget this chapter")) " "
                    (button("forget-all", "Forget everything")) " "
                    (button("save", "Save to a file")) " "
                    label.sr-file { "Load from a file " input type="file" accept=".json"; }
                }
                p.sr-note.sr-told role="status" {}
            }
        }
    }
}

fn button(act: &str, words: &str) -> Markup {
    html! { button type="button" data-act=(act) { (words) } }
}

/// Each path, and all labs, with room for how many are done.
pub(super) fn sums(book: &Book, from: &Path) -> Markup {
    html! {
        ul.sr-sums {
            @for trail in &book.trails {
                li data-pages=(trail::names(&trail.stops)) {
                    a href=(trail.page.link(from)) { (trail.page.title) } ":"
                }
            }
            li data-pages=(trail::names(&book.labs())) { "All labs:" }
        }
    }
}

/// On a path, for who is on it: where, and where it leads from here. Its two ends lead to its own page.
fn step(trail: &Trail, path: &Path) -> Markup {
    let itself = trail.page.path == path;
    let (said, previous, next) = match trail.place(path) {
        Some(at) => (
            format!("{} of {}", at + 1, trail.stops.len()),
            at.checked_sub(1).and_then(|before| trail.stops.get(before)),
            trail.stops.get(at + 1),
        ),
        None if itself => ("its own page".to_owned(), None, trail.stops.first()),
        None => return html! {},
    };
    let link = |step: &str, to: Option<&Chapter>| {
        let to = to.unwrap_or(&trail.page);
        html! { a data-step=(step) href=(to.link(path)) { (to.title) } }
    };
    html! {
        nav.sr-trail data-trail=(trail.page.stem()) aria-label="The path" hidden {
            p {
                "You are on the path “" (trail.page.title) "”, " (said) ". "
                @if previous.is_some() || !itself { "Before it: " (link("previous", previous)) ". " }
                "Next: " (link("next", next)) "."
            }
            button.sr-leave type="button" { "Leave the path" }
        }
    }
}
