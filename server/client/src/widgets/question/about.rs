//! Which runs a prediction is about.

use super::around::Side;
use crate::browser::dom::{self, all, data};
use crate::browser::json;
use crate::page::Page;
use crate::run::tape::Tape;
use crate::run::{Knobs, value, words};
use labkit_wire::text::{cut, join, whole};
use web_sys::HtmlElement;

/// A run of this lab and variant, whose knobs stand at their defaults but for these.
pub struct About {
    pub lab: String,
    pub variant: String,
    knobs: Knobs,
    /// A knob, and the first value on the far side of the threshold that is asked for.
    around: Option<(String, u64)>,
}

/// What a run is to a question.
pub enum Fit {
    /// Another lab, or one that showed nothing.
    Elsewhere,
    /// It is of another variant, or its knobs stood elsewhere: the sentence says which, or where.
    Other(String),
    /// It is the one.
    Settles,
    /// It is on one side of the threshold.
    Side(Side),
}

impl About {
    /// What the question says itself, else what the next run widget in its section runs.
    pub fn of(question: &HtmlElement) -> Self {
        let said = |name| Some(data(question, name)).filter(|text| !text.is_empty());
        let around = said("around");
        let around = around.as_deref().and_then(|a| cut(a, ':'));
        let around = around.and_then(|(knob, at)| Some((knob.to_owned(), whole(at)?)));
        let run = match (&around, said("knobs"), said("variant")) {
            (None, None, None) => next_run(question),
            _ => None,
        };
        let from = run.as_ref().unwrap_or(question);
        let variant = data(from, "variant");
        Self {
            lab: data(from, "lab"),
            variant: if variant.is_empty() { "buggy".into() } else { variant },
            knobs: json::fields(&data(from, "knobs")),
            around,
        }
    }

    /// Whether a recording with all knobs at their defaults tells the answer.
    pub fn is_plain(&self) -> bool {
        self.knobs.is_empty() && self.around.is_none()
    }

    pub fn fit(&self, page: &Page, tape: &Tape) -> Fit {
        let (Some(run), Some((verdict, _))) = (tape.timeline.run(), &tape.verdict) else {
            return Fit::Elsewhere;
        };
        let Some(lab) = page.lab(&run.lab) else { return Fit::Elsewhere };
        if run.lab != self.lab {
            return Fit::Elsewhere;
        }
        let (mut was, mut is_about) = (vec![], vec![]);
        if run.variant != self.variant {
            was.push(format!("variant = {}", run.variant));
            is_about.push(self.variant.clone());
        }
        let mut at = None;
        for (name, stood) in run.knobs.iter() {
            let Some(knob) = lab.knobs.iter().find(|k| k.name == name) else { continue };
            if self.around.as_ref().is_some_and(|(around, _)| around == name) {
                at = whole(&stood);
                continue;
            }
            let default = knob.default_text();
            let asked = value(&self.knobs, name).unwrap_or(&default);
            if stood != asked {
                was.push(words::knob(knob, &stood));
                is_about.push(asked.to_owned());
            }
        }
        if !was.is_empty() {
            return Fit::Other(format!(
                "This run had {}; the question is about {}.",
                join(&was, ", "),
                join(&is_about, ", ")
            ));
        }
        match (&self.around, at) {
            (Some((knob, edge)), Some(at)) => {
                Fit::Side(Side { knob: knob.clone(), at, beyond: at >= *edge, verdict: *verdict })
            }
            _ => Fit::Settles,
        }
    }
}

/// The first run widget behind the question, before the next section or question of its kind.
fn next_run(question: &HtmlElement) -> Option<HtmlElement> {
    let all = all(&dom::root(), "main h2, [data-sr=question], [data-sr=run]");
    let behind = all.into_iter().skip_while(|e| e != question).skip(1);
    for e in behind {
        match data(&e, "sr").as_str() {
            "run" => return Some(e),
            "question" if data(&e, "kind") != "predict" => {}
            _ => return None,
        }
    }
    None
}
