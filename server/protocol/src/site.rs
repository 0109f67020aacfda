use serde::{Deserialize, Serialize};

/// The file at the root of a site that tells its pages where they are.
pub const SITE: &str = "still-running.json";

/// Whether a server is behind a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A server runs the labs.
    Live,
    /// A static site: recordings in place of runs.
    Recorded,
}

impl Mode {
    /// As it is said in [`SITE`].
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Recorded => "recorded",
        }
    }

    /// The mode that [`Self::word`] names.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Live, Self::Recorded].into_iter().find(|mode| mode.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_written_by_its_word() {
        for mode in [Mode::Live, Mode::Recorded] {
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.word());
            assert_eq!(Mode::from_word(mode.word()), Some(mode));
        }
    }
}
