//! `{{#messages}}`: every message this book knows, from the one table there is; and `{{#paste}}`: the box that finds one.

use super::element::Widget;
use crate::{
    directive::Directive,
    html,
    page::{Expanded, Page},
};
use still_running_view::text::escape;
use still_running_why::{Cause, Message, Table};

/// The page that has them all.
const PAGE: &str = "errors";

pub(super) fn all(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [] = d.only([])?;
    let table = Table::ours().map_err(|e| format!("errors.toml cannot be read: {e}"))?;
    // What has a chapter is found there.
    let elsewhere =
        |m: &&Message| !page.is_for_search() || m.causes.iter().all(|c| c.labs.is_empty());
    let shown: Vec<&Message> = table.messages.iter().filter(elsewhere).collect();
    shown.into_iter().map(|m| message(page, m)).collect()
}

/// For the search: the messages a lab's chapter is about, in all their forms.
pub(super) fn of_lab(slug: &str) -> Expanded {
    let table = Table::ours().map_err(|e| format!("errors.toml cannot be read: {e}"))?;
    let about = |m: &&Message| m.causes.iter().any(|c| c.labs.iter().any(|lab| lab == slug));
    let texts = table.messages.iter().filter(about).flat_map(|m| &m.texts);
    Ok(texts.map(|t| format!("<p><code>{}</code></p>", escape(&t.text))).collect())
}

/// The client fills it: without JavaScript there is nothing to type into.
pub(super) fn paste(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [] = d.only([])?;
    let to = page.link_to(PAGE).ok_or("there is no chapter errors.md to lead to")?;
    let id = page.id(PAGE, "paste");
    let inside = format!(
        "<p class=\"sr-note\"><a href=\"{to}\">All messages, in one list</a>. \
         In a terminal: <code>still-running why \"…\"</code>, or <code>still-running why &lt; log</code>.</p>"
    );
    let widget = Widget { kind: "paste", class: "sr-paste", id: &id, lab: "", data: &[] };
    Ok(widget.html(&inside))
}

/// What the client finds it by rides along as attributes: it has no table of its own.
fn message(page: &mut Page<'_>, m: &Message) -> Expanded {
    let texts: Vec<&str> = m.texts.iter().map(|t| t.text.as_str()).collect();
    let signs: Vec<String> = m.signs.iter().map(|words| words.join(" ")).collect();
    let causes: Vec<String> = m.causes.iter().map(|c| cause(page, c)).collect::<Result<_, _>>()?;
    let head = match texts.first() {
        Some(text) => format!("<code>{}</code>", escape(text)),
        None => escape(&m.means),
    };
    let shown: Vec<String> = texts.iter().map(|t| format!("<code>{}</code>", escape(t))).collect();
    let forms = match shown.len() {
        0 | 1 => String::new(),
        _ => format!("<p class=\"sr-note\">Also: {}</p>", shown[1..].join(" · ")),
    };
    let means = match texts.is_empty() {
        true => String::new(),
        false => format!("<p>{}</p>", html::inline(&m.means)),
    };
    // Its heading would outweigh every chapter in which a word of it stands.
    if page.is_for_search() {
        return Ok(format!("<p>{head} {forms} {means}</p>"));
    }
    Ok(format!(
        "<section class=\"sr-message\" data-texts=\"{}\" data-signs=\"{}\"{}><h3 id=\"message-{}\">{head}</h3>{forms}{means}\
         <p><strong>What it does not mean:</strong> {}</p><ul>{}</ul></section>",
        escape(&texts.join("\n")).replace('\n', "&#10;"),
        escape(&signs.join("\n")).replace('\n', "&#10;"),
        if m.weak { " data-weak" } else { "" },
        m.id,
        html::inline(&m.not),
        causes.concat()
    ))
}

fn cause(page: &mut Page<'_>, c: &Cause) -> Expanded {
    let mut links = vec![];
    for slug in &c.labs {
        let to =
            page.link_to(slug).ok_or_else(|| format!("{slug} has no chapter in SUMMARY.md"))?;
        links.push(format!("<a href=\"{to}\"><code>{slug}</code></a>"));
    }
    let lead = match links.is_empty() {
        true => String::new(),
        false => format!(" → {}", links.join(", ")),
    };
    Ok(format!("<li>{} <em>Ask: {}</em>{lead}</li>", html::inline(&c.what), html::inline(&c.ask)))
}
