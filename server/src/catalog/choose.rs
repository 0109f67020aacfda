use super::{Catalog, Lab, MINE};
use labkit_wire::{KnobError, Value, Values};
use std::{collections::BTreeMap, sync::Arc};

/// A run that may be run: a lab that exists, a variant it has, and values it allows.
#[derive(Debug, Clone)]
pub struct Job {
    pub lab: Arc<Lab>,
    pub variant: String,
    pub values: Values,
}

impl Job {
    /// The knobs that are not at their defaults, as one would type them.
    pub fn turned(&self) -> Vec<(String, String)> {
        let defaults = Values::defaults(&self.lab.description);
        let default =
            |name: &str| defaults.iter().find(|(n, _)| *n == name).map(|(_, value)| value);
        let set = self.values.iter().filter(|(name, value)| default(name).as_ref() != Some(value));
        set.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What to type for the same run.
    pub fn command(&self) -> String {
        let turned = self.turned();
        let knobs: String =
            turned.iter().map(|(name, value)| format!(" --{name} {value}")).collect();
        format!("still-running run {} {}{knobs}", self.lab.slug(), self.variant)
    }
}

/// Why there is no such run. Its text is meant for the reader.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("There is no lab {slug:?} here. {}", labs(.allowed))]
    Lab { slug: String, allowed: Vec<String> },
    #[error("The lab {0} is still being built. Try again in a minute.")]
    Coming(String),
    #[error("{slug} has no variant {variant:?}. Its variants are: {}.", .allowed.join(", "))]
    Variant { slug: String, variant: String, allowed: Vec<String> },
    #[error("{why}.")]
    Knob { why: KnobError, allowed: Vec<String> },
}

impl Catalog {
    /// The run that was asked for, or what is allowed instead.
    pub fn choose(
        &self,
        slug: &str,
        variant: &str,
        knobs: &BTreeMap<String, Value>,
    ) -> Result<Job, Unfit> {
        let lab = self.lab(slug).ok_or_else(|| self.no_lab(slug))?;
        if variant != MINE && !lab.has(variant) {
            return Err(unknown_variant(&lab, variant));
        }
        let values = lab.values(knobs).map_err(|why| bad_knob(&lab, why))?;
        Ok(Job { lab, variant: variant.to_owned(), values })
    }

    fn no_lab(&self, slug: &str) -> Unfit {
        match self.is_coming(slug) {
            true => Unfit::Coming(slug.to_owned()),
            false => Unfit::Lab { slug: short(slug), allowed: self.slugs() },
        }
    }
}

fn unknown_variant(lab: &Lab, variant: &str) -> Unfit {
    let built = lab.description.variants.iter().filter(|v| *v != MINE).cloned();
    let allowed = built.chain([MINE.to_owned()]).collect();
    Unfit::Variant { slug: lab.slug().to_owned(), variant: short(variant), allowed }
}

fn bad_knob(lab: &Lab, why: KnobError) -> Unfit {
    let names = || lab.description.knobs.iter().map(|k| k.name.clone()).collect();
    let allowed = lab.description.knob(&why.knob).map_or_else(names, |knob| vec![knob.allowed()]);
    Unfit::Knob { why, allowed }
}

fn labs(all: &[String]) -> String {
    match all {
        [] => "There is none here.".to_owned(),
        all => format!("The labs are: {}.", all.join(", ")),
    }
}

/// What somebody typed, fit to be shown back.
fn short(typed: &str) -> String {
    let short: String = typed.chars().take(40).collect();
    if short.len() < typed.len() { format!("{short}…") } else { short }
}
