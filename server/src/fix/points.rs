//! Where a lab is looked at: its defaults, each value of each knob's grid, and each two of these together.

use crate::catalog::{Lab, Turn, grid};
use labkit_wire::Value;
use std::collections::BTreeMap;

type Knobs = BTreeMap<String, Value>;

/// All points of a lab's grid but the first, which is where all is as it is set here.
pub fn points(lab: &Lab, knobs: &Knobs) -> Vec<Knobs> {
    let singles = singles(lab, knobs);
    let pairs = pairs(&singles, knobs.len());
    singles.into_iter().chain(pairs).collect()
}

/// All points but the defaults that turn one knob; a knob that is turned in all runs stays where it is.
pub fn singles(lab: &Lab, knobs: &Knobs) -> Vec<Knobs> {
    let turns = grid(&lab.description).into_iter();
    let turns = turns.filter(|turn| !turn.is_default && !knobs.contains_key(&turn.knob));
    let point = |turn: Turn| {
        let mut point = knobs.clone();
        point.insert(turn.knob, Value::Word(turn.value));
        point
    };
    turns.map(point).collect()
}

/// Each two points together that turn different knobs.
pub fn pairs(points: &[Knobs], fixed: usize) -> Vec<Knobs> {
    let mut all = vec![];
    for (i, one) in points.iter().enumerate() {
        for other in &points[i + 1..] {
            let mut both = one.clone();
            both.extend(other.iter().map(|(name, value)| (name.clone(), value.clone())));
            if both.len() == fixed + 2 {
                all.push(both);
            }
        }
    }
    all
}
