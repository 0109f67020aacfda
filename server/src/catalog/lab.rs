use labkit_shelf::MINE;
use labkit_wire::{Description, KnobError, Need, Value, Values};
use std::{collections::BTreeMap, path::PathBuf};

/// One lab that can be run.
#[derive(Debug, Clone)]
pub struct Lab {
    pub description: Description,
    pub program: PathBuf,
}

impl Lab {
    pub fn slug(&self) -> &str {
        &self.description.slug
    }

    pub fn needs(&self, need: Need) -> bool {
        self.description.needs.contains(&need)
    }

    /// The variants it was built with, wrong fixes among them; the reader's own is built on request.
    pub fn has(&self, variant: &str) -> bool {
        let Description { variants, wrong, .. } = &self.description;
        variant != MINE && variants.iter().chain(wrong).any(|v| v == variant)
    }

    /// The lab's knobs, with these set; each is checked.
    pub fn values(&self, knobs: &BTreeMap<String, Value>) -> Result<Values, KnobError> {
        let mut values = Values::defaults(&self.description);
        for (name, value) in knobs {
            values.put(&self.description, name, value)?;
        }
        Ok(values)
    }
}
