//! What a reader has done: at a chapter's end, on a path's page (`{{#path}}`), on the first page. The page's script
//! fills it in; without one it is not shown.

use crate::{
    directive::Directive,
    page::{Book, Expanded, Page},
    trail::{self, Chapter, Trail},
};
use std::path::Path;
use still_running_view::text::escape;

/// Below a path's introduction: how far one is, and where to go on.
pub(super) fn path(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    d.only([])?;
    let trail = page.book.trails.iter().find(|trail| trail.page.path == page.path);
    let trail = trail.ok_or("has an empty line above it, and one below")?;
    let first = trail.stops.first();
    let first = first.ok_or(
        "leads nowhere; name its chapters in the rows of a table below it, with a link each",
    )?;
    Ok(format!(
        "<p class=\"sr-way\" data-trail=\"{}\" data-pages=\"{}\"><a class=\"sr-button is-main\" href=\"{}\">Begin: {}</a></p>",
        trail.page.stem(),
        trail.names(),
        escape(&first.link(page.path)),
        escape(&first.title)
    ))
}

/// Behind all a page says: the mark that it is done, the path one is on, and what was done so far.
pub(crate) fn end(book: &Book, path: &Path) -> String {
    let on: Vec<&Trail> = book.trails.iter().filter(|t| t.place(path).is_some()).collect();
    let steps: String = book.trails.iter().map(|trail| step(trail, path)).collect();
    let name = trail::stem(path);
    if on.is_empty() && !book.catalog.slugs().contains(&name) {
        return steps;
    }
    format!(
        "<div class=\"sr-widget sr-end\" data-page=\"{name}\" id=\"{name}--end\"><button type=\"button\" class=\"sr-done\" \
         data-act=\"done\">Mark as done</button>{steps}<details class=\"sr-kept\"><summary>Your progress</summary>{}\
         <p class=\"sr-note\">It is kept in this browser only.</p><p class=\"sr-bar\">\
         <button type=\"button\" data-act=\"forget\">Forget this chapter</button> \
         <button type=\"button\" data-act=\"forget-all\">Forget everything</button> \
         <button type=\"button\" data-act=\"save\">Save to a file</button> \
         <label class=\"sr-file\">Load from a file <input type=\"file\" accept=\".json\"></label></p>\
         <p class=\"sr-note sr-told\" role=\"status\"></p></details></div>",
        sums(book, path)
    )
}

/// Each path, and all labs, with room for how many are done.
pub(super) fn sums(book: &Book, from: &Path) -> String {
    let paths: String =
        book.trails.iter().map(|trail| sum(&trail.page, &trail.stops, from)).collect();
    let labs = book.labs();
    format!(
        "<ul class=\"sr-sums\">{paths}<li data-pages=\"{}\">All labs:</li></ul>",
        trail::names(&labs)
    )
}

fn sum(page: &Chapter, stops: &[Chapter], from: &Path) -> String {
    format!(
        "<li data-pages=\"{}\"><a href=\"{}\">{}</a>:</li>",
        trail::names(stops),
        escape(&page.link(from)),
        escape(&page.title)
    )
}

/// On a path, for who is on it: where, and where it leads from here. Its two ends lead to its own page.
fn step(trail: &Trail, path: &Path) -> String {
    let (said, previous, next) = match trail.place(path) {
        Some(at) => (
            format!("{} of {}", at + 1, trail.stops.len()),
            at.checked_sub(1).and_then(|before| trail.stops.get(before)),
            trail.stops.get(at + 1),
        ),
        None if trail.page.path == path => ("its own page".to_owned(), None, trail.stops.first()),
        None => return String::new(),
    };
    let link = |step: &str, to: Option<&Chapter>| {
        let to = to.unwrap_or(&trail.page);
        let title = escape(&to.title);
        format!("<a data-step=\"{step}\" href=\"{}\">{title}</a>", escape(&to.link(path)))
    };
    let before = match (previous, trail.page.path == path) {
        (None, true) => String::new(),
        (before, _) => format!("Before it: {}. ", link("previous", before)),
    };
    format!(
        "<nav class=\"sr-trail\" data-trail=\"{}\" aria-label=\"The path\" hidden><p>You are on the path “{}”, {said}. {before}\
         Next: {}.</p><button type=\"button\" class=\"sr-leave\">Leave the path</button></nav>",
        trail.page.stem(),
        escape(&trail.page.title),
        link("next", next)
    )
}
