use labkit_wire::Description;

/// One knob at one value of its grid, the others at their defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub knob: String,
    /// As one would type it.
    pub value: String,
    /// Whether it is the default, so that nothing is turned.
    pub is_default: bool,
}

/// What checks and recordings try of a lab: each knob at each value of its grid.
pub fn grid(lab: &Description) -> Vec<Turn> {
    let of = |knob: &labkit_wire::Knob| {
        let (knob_name, default) = (knob.name.clone(), knob.default_text());
        knob.grid().into_iter().map(move |value| {
            let is_default = value == default;
            Turn { knob: knob_name.clone(), value, is_default }
        })
    };
    lab.knobs.iter().flat_map(of).collect()
}
