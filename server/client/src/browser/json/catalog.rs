//! The labs that are there, and their knobs.

use super::read::{Read, maybe};
use crate::browser::keep::keep;
use labkit_json::{Fields, Json};
use labkit_wire::{Choice, Clock, Knob, KnobKind};

/// As much of the protocol's `Labs` as the page wants.
#[derive(Debug, PartialEq)]
pub struct Labs {
    pub labs: Vec<&'static Lab>,
    pub mine: bool,
    /// Slugs of labs that are still being built.
    pub building: Vec<String>,
}

/// As much of a lab's description as the page wants.
#[derive(Debug, PartialEq)]
pub struct Lab {
    pub slug: String,
    pub clock: Clock,
    pub variants: Vec<String>,
    pub knobs: Vec<Knob>,
    /// What is missing here to run it.
    pub missing: Option<String>,
}

impl Read for Labs {
    fn read(json: Json<'_>) -> Option<Self> {
        let mut f = Fields::of(json);
        let mut labs = vec![];
        for item in f.items("labs") {
            labs.push(<&Lab>::read(item)?);
        }
        let mine = f.truth("mine");
        let building = json.get("building").and_then(Json::items).unwrap_or_default();
        let building = building.into_iter().filter_map(Json::text).collect();
        f.whole(Self { labs, mine, building })
    }
}

impl Read for &'static Lab {
    fn read(json: Json<'_>) -> Option<Self> {
        let mut f = Fields::of(json);
        let clock = f.text("clock");
        f.needs(clock == "paused" || clock == "real");
        let mut knobs = vec![];
        for item in f.items("knobs") {
            let knob = knob(item);
            f.needs(knob.is_some());
            knobs.extend(knob);
        }
        let (slug, variants) = (f.text("slug"), f.texts("variants"));
        let clock = if clock == "real" { Clock::Real } else { Clock::Paused };
        let missing = maybe(json, "missing");
        f.whole(()).map(|()| keep(Lab { slug, clock, variants, knobs, missing }))
    }
}

impl Lab {
    /// The knob of that name.
    pub fn knob(&self, name: &str) -> Option<&Knob> {
        self.knobs.iter().find(|k| k.name == name)
    }
}

fn knob(json: Json<'_>) -> Option<Knob> {
    let mut f = Fields::of(json);
    let kind = match f.text("type").as_str() {
        "number" => {
            let mut grid = vec![];
            for item in f.items("grid") {
                let value = item.number();
                f.needs(value.is_some());
                grid.extend(value);
            }
            let (min, max, default) = (f.number("min"), f.number("max"), f.number("default"));
            KnobKind::Number { unit: f.text("unit"), min, max, default, grid }
        }
        "choice" => {
            let mut choices = vec![];
            for item in f.items("choices") {
                let mut c = Fields::of(item);
                choices.push(Choice { value: c.text("value"), help: c.text("help") });
                f.needs(c.whole(()).is_some());
            }
            KnobKind::Choice { choices, default: f.text("default") }
        }
        _ => return None,
    };
    let (name, help) = (f.text("name"), f.text("help"));
    f.whole(Knob { name, help, kind })
}
