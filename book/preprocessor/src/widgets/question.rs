//! `{{#predict id}} … {{/predict}}` and its like: a prompt, and options each with what is to be said about it.
//!
//! A prediction is judged by runs. Which: the ones its section's next run widget makes, unless it says so itself:
//! `around=tick:140` is settled by runs on both sides of that value, `stall=350` by runs with that knob,
//! `variant=fixed` by runs of that variant.

use super::{element::Widget, order};
use crate::{
    directive::Directive,
    html::{inline, plain},
    page::{Expanded, Page},
};
use labkit_wire::Values;
use maud::{Markup, html};

/// A question as its author wrote it.
#[derive(Debug, PartialEq)]
struct Question<'a> {
    prompt: &'a str,
    options: Vec<Choice>,
}

#[derive(Debug, PartialEq)]
struct Choice {
    right: bool,
    text: String,
    feedback: String,
}

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let ([name], options) = d.take(["id"])?;
    let question = read(d.body)?;
    let (id, slug) = (page.named(name)?, page.stem());
    let settled = settled(page, d.name, &slug, &options)?;
    let (for_search, word) = (page.is_for_search(), word(d.name));
    let asked = format!("{slug}/{name}");
    let choices = order::shown(&question.options, &asked, |c| c.is_unsure());
    let mut data = vec![("kind", d.name)];
    data.extend(settled.iter().map(|(name, value)| (*name, value.as_str())));
    let widget =
        Widget { kind: "question", class: "sr-question", id: &id, lab: &slug, data: &data };
    page.book.answers.push(answer(&id, word, &question));
    Ok(widget.html(&html! {
        fieldset {
            legend { span.sr-kind { (word) } " " span.sr-prompt { (prompt(question.prompt)) } }
            @if !for_search {
                @for (number, choice) in choices { (option(&id, number, choice)) }
            }
        }
    }))
}

fn word(name: &str) -> &'static str {
    match name {
        "predict" => "Predict",
        "saw" => "What did you see?",
        _ => "Check",
    }
}

/// What its author says of the runs that settle it, checked against the lab, as `data-` attributes.
fn settled(
    page: &mut Page<'_>,
    kind: &str,
    slug: &str,
    options: &[(&str, &str)],
) -> Result<Vec<(&'static str, String)>, String> {
    if options.is_empty() {
        return Ok(vec![]);
    }
    if kind != "predict" {
        return Err("only {{#predict}} is judged by runs; leave the options out".into());
    }
    let lab = page.lab(slug)?;
    let about = page.describe(&lab)?;
    let (mut data, mut knobs) = (vec![], serde_json::Map::new());
    for (name, value) in options {
        let (knob, typed) = match *name {
            "variant" => {
                super::run::known_variant(&about, value)?;
                data.push(("variant", (*value).to_owned()));
                continue;
            }
            "around" => {
                let at = value.split_once(':');
                let at =
                    at.ok_or("write around=<knob>:<value>, the first value on its far side")?;
                data.push(("around", (*value).to_owned()));
                at
            }
            knob => (knob, *value),
        };
        Values::defaults(&about).set(&about, knob, typed).map_err(|e| e.to_string())?;
        if *name != "around" {
            knobs.insert(knob.to_owned(), typed.into());
        }
    }
    if !knobs.is_empty() {
        data.push(("knobs", serde_json::Value::Object(knobs).to_string()));
    }
    Ok(data)
}

/// A question's answers, for the end of the chapter: on paper, and where no script runs.
fn answer(id: &str, word: &str, question: &Question<'_>) -> Markup {
    let asked = question.prompt.split("\n\n").last().unwrap_or_default();
    html! {
        li {
            p { span.sr-kind { (word) } " " a href={ "#" (id) } { (plain(asked)) } }
            ul {
                @for choice in question.options.iter().filter(|c| !c.is_unsure()) {
                    li {
                        strong { (if choice.right { "✓ Right:" } else { "✗ Not:" }) } " "
                        (inline(&choice.text)) " " span.sr-why { (inline(&choice.feedback)) }
                    }
                }
            }
        }
    }
}

impl Choice {
    fn is_unsure(&self) -> bool {
        self.text.starts_with("Not sure")
    }

    /// What its reasons are called.
    fn reason(&self) -> &'static str {
        match self.right {
            true => "Why",
            false if self.is_unsure() => "And now",
            false => "Why not",
        }
    }
}

/// A legend holds no paragraphs: each becomes a line of its own.
fn prompt(markdown: &str) -> Markup {
    let parts = markdown.split("\n\n").map(str::trim).filter(|p| !p.is_empty());
    html! {
        @for (at, part) in parts.enumerate() { @if at > 0 { br; } (inline(part)) }
    }
}

/// A choice. What is to be said about it is hidden until the client tells it; without the client it stands at the
/// chapter's end.
fn option(id: &str, number: usize, choice: &Choice) -> Markup {
    let input = format!("{id}-{number}");
    let mark = format!("{input}-mark");
    html! {
        div.sr-option data-right[choice.right] {
            input type="radio" name=(id) id=(input) value=(number) aria-describedby=(mark);
            label for=(input) { (inline(&choice.text)) }
            span.sr-mark id=(mark) {}
            details.sr-feedback hidden {
                summary { (choice.reason()) span.sr-only { " (" (plain(&choice.text)) ")" } }
                p { (inline(&choice.feedback)) }
            }
        }
    }
}

/// Reads prompt and options, or says what is missing.
fn read(body: &str) -> Result<Question<'_>, String> {
    let start = body.lines().find(|l| is_option(l)).ok_or(
        "has no options; write each as `- [ ] text :: feedback`, the right one as `- [x] text :: feedback`",
    )?;
    let at = start.as_ptr() as usize - body.as_ptr() as usize;
    let prompt = body[..at].trim();
    if prompt.is_empty() {
        return Err("asks nothing; write the question above its options".into());
    }
    let options = options(&body[at..])?;
    match options.iter().filter(|o| o.right).count() {
        _ if options.len() < 2 => Err("has one option only; give at least two".into()),
        0 => Err("has no right option; mark it as `- [x] text :: feedback`".into()),
        _ => Ok(Question { prompt, options }),
    }
}

fn is_option(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("- [ ]") || line.starts_with("- [x]")
}

/// An option runs on over indented lines.
fn options(text: &str) -> Result<Vec<Choice>, String> {
    let mut all: Vec<(bool, &str, String)> = vec![];
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        match (is_option(line), all.last_mut()) {
            (true, _) => {
                let rest = line.trim_start();
                all.push((rest.starts_with("- [x]"), line, rest[5..].trim().to_owned()));
            }
            (false, Some(last)) if line.starts_with(' ') => last.2 += &format!(" {}", line.trim()),
            _ => {
                return Err(format!(
                    "{line:?} is no option; indent it if it goes on from the line above"
                ));
            }
        }
    }
    all.into_iter().map(|(right, line, text)| choice(right, line, &text)).collect()
}

fn choice(right: bool, line: &str, text: &str) -> Result<Choice, String> {
    match text.split_once(" :: ") {
        Some((text, feedback)) if !text.trim().is_empty() && !feedback.trim().is_empty() => {
            Ok(Choice { right, text: text.trim().into(), feedback: feedback.trim().into() })
        }
        _ => Err(format!("{line:?} says nothing about this choice; add it after ` :: `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_with_its_options() {
        let q = read("Where are\nthe rows?\n\n- [ ] Never sent. :: No.\n  Ok is the answer.\n- [x] In `BEGIN`. :: Yes.\n").unwrap();
        assert_eq!(q.prompt, "Where are\nthe rows?");
        let said: Vec<_> =
            q.options.iter().map(|o| (o.right, o.text.as_str(), o.feedback.as_str())).collect();
        assert_eq!(
            said,
            [(false, "Never sent.", "No. Ok is the answer."), (true, "In `BEGIN`.", "Yes.")]
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        let why = |body| read(body).unwrap_err();
        assert!(why("Why?\n").contains("no options"));
        assert!(why("- [x] a :: b\n- [ ] c :: d\n").contains("asks nothing"));
        assert!(why("Why?\n- [x] a :: b\n").contains("one option only"));
        assert!(why("Why?\n- [ ] a :: b\n- [ ] c :: d\n").contains("no right option"));
        assert!(why("Why?\n- [x] a\n- [ ] c :: d\n").contains("after ` :: `"));
        assert!(why("Why?\n- [x] a :: b\nstray\n").contains("is no option"));
    }
}
