//! `{{#predict id}} … {{/predict}}` and its like: a prompt, and options each with what is to be said about it.

use super::Widget;
use crate::{
    directive::Directive,
    expand::{Expanded, Page},
    html,
};
use still_running_view::text::escape;

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
    let [name] = d.only(["id"])?;
    let question = read(d.body)?;
    let (id, slug) = (page.named(name)?, page.stem());
    let options: String =
        question.options.iter().enumerate().map(|(i, c)| option(&id, i + 1, c)).collect();
    let word = match d.name {
        "predict" => "Predict",
        "saw" => "What did you see?",
        _ => "Check",
    };
    let data = [("kind", d.name)];
    let widget =
        Widget { kind: "question", class: "sr-question", id: &id, lab: &slug, data: &data };
    Ok(widget.html(&format!(
        "<fieldset><legend><span class=\"sr-kind\">{word}</span> <span class=\"sr-prompt\">{}</span></legend>{options}</fieldset>",
        prompt(question.prompt)
    )))
}

/// A legend holds no paragraphs: each becomes a line of its own.
fn prompt(markdown: &str) -> String {
    let parts: Vec<String> =
        markdown.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(html::inline).collect();
    parts.join("<br>")
}

/// A choice; what is to be said about it is folded, and the client opens it when it is chosen.
fn option(id: &str, number: usize, choice: &Choice) -> String {
    let right = if choice.right { " data-right" } else { "" };
    format!(
        "<div class=\"sr-option\"{right}><input type=\"radio\" name=\"{id}\" id=\"{id}-{number}\" value=\"{number}\">\
         <label for=\"{id}-{number}\">{}</label><details class=\"sr-feedback\"><summary>If that is your answer\
         <span class=\"sr-only\"> ({})</span></summary><p>{}</p></details></div>",
        html::inline(&choice.text),
        escape(&html::plain(&choice.text)),
        html::inline(&choice.feedback)
    )
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
