use crate::store::Place;

/// How a class is opened.
#[derive(Debug, Clone)]
pub struct Opening {
    pub place: Place,
    pub name: String,
    /// What people type to join it, for a class that is new.
    pub code: String,
}
