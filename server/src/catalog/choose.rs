use super::{Catalog, Lab, MINE};
use labkit_wire::{KnobError, Values};
use std::{collections::BTreeMap, sync::Arc};

/// A run that may be run: a lab that exists, a variant it has, and values it allows.
#[derive(Debug, Clone)]
pub struct Job {
    pub lab: Arc<Lab>,
    pub variant: String,
    pub values: Values,
}

/// Why there is no such run. Its text is meant for the reader.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("There is no lab {slug:?} here. {}", labs(.allowed))]
    Lab { slug: String, allowed: Vec<String> },
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
        knobs: &BTreeMap<String, String>,
    ) -> Result<Job, Unfit> {
        let lab = self
            .lab(slug)
            .ok_or_else(|| Unfit::Lab { slug: short(slug), allowed: self.slugs() })?;
        if variant != MINE && !lab.has(variant) {
            return Err(unknown_variant(lab, variant));
        }
        let values = lab.values(knobs).map_err(|why| bad_knob(lab, why))?;
        Ok(Job { lab: lab.clone(), variant: variant.to_owned(), values })
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
        [] => "None is built; build them with `cargo build`.".to_owned(),
        all => format!("The labs are: {}.", all.join(", ")),
    }
}

/// What somebody typed, fit to be shown back.
fn short(typed: &str) -> String {
    let short: String = typed.chars().take(40).collect();
    if short.len() < typed.len() { format!("{short}…") } else { short }
}
