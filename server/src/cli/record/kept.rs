//! What is kept of a lab, read.

use labkit_shelf::{
    Folder,
    recording::{DESCRIPTION, GRID},
};
use labkit_wire::Description;
use still_running_view::{
    grid::Point,
    recording::{Recording, parse},
};

/// What the lab said of itself; none where that is missing or of another version.
pub fn description(folder: &Folder) -> Option<Description> {
    serde_json::from_str(&folder.recorded(DESCRIPTION)?).ok()
}

/// The verdicts over the grid; none where they are missing or cannot be read.
pub fn grid(folder: &Folder) -> Option<Vec<Point>> {
    serde_json::from_str(&folder.recorded(GRID)?).ok()
}

/// The run of a variant at its defaults, or what is wrong with it.
pub fn recording(folder: &Folder, variant: &str) -> Result<Recording, String> {
    let text = folder.cast(variant, None).ok_or("is missing")?;
    parse(&text).map_err(|why| format!("cannot be read: {why}"))
}
