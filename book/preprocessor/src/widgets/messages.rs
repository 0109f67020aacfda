//! `{{#messages}}`: every message this book knows, from the one table there is; and `{{#paste}}`: the box that finds one.

use super::element::Widget;
use crate::{
    directive::Directive,
    html::inline,
    page::{Expanded, Page},
};
use maud::{Markup, html};
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
    let shown: Vec<Markup> =
        shown.into_iter().map(|m| message(page, m)).collect::<Result<_, _>>()?;
    Ok(html! { @for message in shown { (message) } })
}

/// For the search: the messages a lab's chapter is about, in all their forms.
pub(super) fn of_lab(slug: &str) -> Expanded {
    let table = Table::ours().map_err(|e| format!("errors.toml cannot be read: {e}"))?;
    let about = |m: &&Message| m.causes.iter().any(|c| c.labs.iter().any(|lab| lab == slug));
    Ok(html! {
        @for text in table.messages.iter().filter(about).flat_map(|m| &m.texts) { p { code { (text.text) } } }
    })
}

/// The client fills it: without JavaScript there is nothing to type into.
pub(super) fn paste(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [] = d.only([])?;
    let to = page.link_to(PAGE).ok_or("there is no chapter errors.md to lead to")?;
    let id = page.id(PAGE, "paste");
    let inside = html! {
        p.sr-note {
            a href=(to) { "All messages, in one list" } ". In a terminal: "
            code { "still-running why \"…\"" } ", or " code { "still-running why < log" } "."
        }
    };
    let widget = Widget { kind: "paste", class: "sr-paste", id: &id, lab: "", data: &[] };
    Ok(widget.html(&inside))
}

/// What the client finds it by rides along as attributes: it has no table of its own.
fn message(page: &mut Page<'_>, m: &Message) -> Expanded {
    let texts: Vec<&str> = m.texts.iter().map(|t| t.text.as_str()).collect();
    let signs: Vec<String> = m.signs.iter().map(|words| words.join(" ")).collect();
    let causes: Vec<Markup> = m.causes.iter().map(|c| cause(page, c)).collect::<Result<_, _>>()?;
    let (forms, means) = (forms(&texts), (!texts.is_empty()).then(|| inline(&m.means)));
    let head = html! {
        @match texts.first() {
            Some(text) => code { (text) },
            None => (m.means),
        }
    };
    // Its heading would outweigh every chapter in which a word of it stands.
    if page.is_for_search() {
        return Ok(
            html! { p { (head) " " (forms) " " @if let Some(means) = means { p { (means) } } } },
        );
    }
    Ok(html! {
        section.sr-message data-texts=(texts.join("\n")) data-signs=(signs.join("\n")) data-weak[m.weak] {
            h3 #{ "message-" (m.id) } { (head) }
            (forms)
            @if let Some(means) = means { p { (means) } }
            p { strong { "What it does not mean:" } " " (inline(&m.not)) }
            ul { @for cause in causes { (cause) } }
        }
    })
}

/// In which other forms it is met.
fn forms(texts: &[&str]) -> Markup {
    html! {
        @if let [_, others @ ..] = texts && !others.is_empty() {
            p.sr-note {
                "Also: "
                @for (at, text) in others.iter().enumerate() { @if at > 0 { " · " } code { (text) } }
            }
        }
    }
}

fn cause(page: &mut Page<'_>, c: &Cause) -> Expanded {
    let mut leads = vec![];
    for slug in &c.labs {
        let to = page.link_to(slug);
        leads.push((slug, to.ok_or_else(|| format!("{slug} has no chapter in SUMMARY.md"))?));
    }
    Ok(html! {
        li {
            (inline(&c.what)) " " em { "Ask: " (inline(&c.ask)) }
            @for (at, (slug, to)) in leads.iter().enumerate() {
                (if at == 0 { " → " } else { ", " }) a href=(to) { code { (slug) } }
            }
        }
    })
}
