//! From a chapter with directives to Markdown with HTML in it.

use crate::{
    Edition, Problem,
    directive::{Part, Wrong, scan},
    html::block,
    links,
    page::{Book, Page, Words, link_to},
    widgets,
};
use maud::html;
use std::path::Path;

impl Book {
    /// Replaces the directives of a chapter; what is wrong with them is added to [`Book::problems`].
    pub fn expand(&mut self, path: &Path, text: &str) -> String {
        let file = format!("{}/{}", self.src, path.display());
        let (parts, wrong) = scan(text);
        let problem = |(line, what): Wrong| Problem { file: file.clone(), line, what };
        self.problems.extend(wrong.into_iter().map(problem));
        let words = prose(&parts);
        let mut out = String::with_capacity(text.len());
        for part in parts {
            match part {
                Part::Text(part) => {
                    let (linked, wrong) = self.linked(path, text, part);
                    out.push_str(&linked);
                    self.problems.extend(wrong.into_iter().map(problem));
                }
                Part::Directive(d) => {
                    let line = d.line;
                    match widgets::expand(&mut Page { book: self, path, words }, &d) {
                        Ok(widget) => out.push_str(&block(&widget)),
                        Err(what) => {
                            let what = format!("{{{{#{}}}}}: {what}", d.name);
                            self.problems.push(Problem { file: file.clone(), line, what });
                        }
                    }
                }
            }
        }
        out.push_str(&self.take_answers());
        if self.edition == Edition::Pages {
            // One chapter of several in print.html: what is told at its end is told at the end of this.
            out = format!("<div class=\"sr-chapter\">\n\n{out}\n\n</div>\n");
            out.push_str(&block(&widgets::end(self, path)));
        }
        out
    }

    /// A part of a chapter's text with its links to labs.
    fn linked(&self, path: &Path, all: &str, part: &str) -> (String, Vec<Wrong>) {
        let before = part.as_ptr() as usize - all.as_ptr() as usize;
        let line = 1 + all[..before].matches('\n').count();
        links::resolve(part, line, |slug| link_to(&self.chapters, path, slug))
    }

    /// What stands at the end of a chapter: all answers, so that none stands beside its question.
    fn take_answers(&mut self) -> String {
        let answers = std::mem::take(&mut self.answers);
        if answers.is_empty() || self.edition == Edition::Search {
            return String::new();
        }
        block(&html! {
            details.sr-answers {
                summary { "Answers to the questions of this chapter" }
                ol { @for answer in answers { (answer) } }
            }
        })
    }
}

fn prose(parts: &[Part<'_>]) -> Words {
    let mut all = Words::default();
    // The words of the fold that is being read, and whether something runs in it.
    let mut fold: Option<(usize, bool)> = None;
    for part in parts {
        match part {
            Part::Text(text) => {
                for line in text.lines() {
                    fold = if line.starts_with("<details") { Some((0, false)) } else { fold };
                    let words = line.split_whitespace().count();
                    *fold.as_mut().map_or(&mut all.open, |(folded, _)| folded) += words;
                    if line.starts_with("</details") {
                        all.close(fold.take());
                    }
                }
            }
            Part::Directive(d) => {
                let words = d.body.split_whitespace().count();
                match &mut fold {
                    Some((folded, runs)) => {
                        *folded += words;
                        *runs |= d.name == "run";
                    }
                    None => all.open += words,
                }
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_those_of_what_is_open_and_of_the_cases_that_are_folded() {
        let text = "one two\n\n<details><summary>Hint</summary>\nthree\n</details>\n\n{{#check a}}\n\nfour five six\n\n{{/check}}\n\n\
                    <details><summary>Case</summary>\n\nseven eight\n\n{{#run x buggy case=y}}\n\n</details>\n";
        let words = prose(&scan(text).0);
        // A line's tags count as a word or so.
        assert_eq!(words, Words { open: 5, folded: 4, relatives: 1 });
    }
}
