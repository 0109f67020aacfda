//! Wherever the knobs stand, fixed never violates; and each popular fix that is none does, somewhere. Else *held* would
//! not mean fixed.

use super::trial::{Aim, Trial};
use crate::{
    catalog::{Catalog, Unfit, Workspace},
    fix::{pairs, singles},
};
use labkit_shelf::WRONG;
use labkit_wire::Value;
use std::collections::BTreeMap;

/// A lab's trials away from its defaults.
pub fn trials(
    catalog: &Catalog,
    slug: &str,
    knobs: &BTreeMap<String, Value>,
) -> Result<Vec<Trial>, Unfit> {
    let Some(lab) = catalog.lab(slug) else { return Ok(vec![]) };
    let points = singles(&lab, knobs);
    let mut trials = vec![];
    for point in &points {
        trials.push(Trial::once(catalog.choose(slug, "fixed", point)?, Aim::NotViolate));
    }
    // A popular fix fails where two things come together, often: a short patience and a long pause. So pairs, too.
    let pairs = pairs(&points, knobs.len());
    for variant in &lab.description.wrong {
        let job = catalog.choose(slug, variant, knobs)?;
        let further = points.iter().chain(&pairs).map(|point| catalog.choose(slug, variant, point));
        let further = further.collect::<Result<_, _>>()?;
        trials.push(Trial { job, further, aim: Aim::ViolateSomewhere });
    }
    Ok(trials)
}

/// The files of wrong fixes that a built lab knows nothing of: they would be caught by nobody.
pub fn unbuilt(catalog: &Catalog, workspace: &Workspace, slugs: &[String]) -> Vec<String> {
    let mut all = vec![];
    for lab in &catalog.labs() {
        let asked = slugs.is_empty() || slugs.iter().any(|slug| slug == lab.slug());
        let folder = workspace.shelf.folder(lab.slug()).filter(|_| asked);
        let files = folder.and_then(|folder| folder.wrong().ok()).unwrap_or_default();
        let unknown = files.into_iter().filter(|file| !lab.description.wrong.contains(file));
        all.extend(unknown.map(|variant| {
            let name = variant.trim_start_matches(WRONG);
            format!("labs/{}/wrong/{name}.rs", lab.slug())
        }));
    }
    all
}
