use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// Where a page finds the client's parts, from the site's root. What is `None` is not in this site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// Its script.
    pub client: Option<String>,
    /// Its style sheet.
    pub css: Option<String>,
    /// Its terminal; plain text takes the place of it.
    pub xterm: Option<Xterm>,
    /// The editor of the reader's own file; it loads CodeMirror, where that is in the site.
    pub editor: Option<String>,
}

/// The parts of xterm.js.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Xterm {
    /// The terminal.
    pub module: String,
    /// What fits it to its place.
    pub fit: String,
    /// Its style sheet.
    pub css: String,
}

/// Labs as programs that run in the page, and what they were built with. Addresses are from the site's root.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programs {
    /// The script that runs them.
    pub script: String,
    /// What built them, such as `rustc 1.95.0`.
    pub compiler: String,
    /// The version of tokio that is in them.
    pub tokio: String,
    /// The program of each lab, by its slug. In JSON an object; here no map, whose code would be a twentieth of the client.
    #[serde(with = "object")]
    pub labs: Vec<(String, String)>,
}

mod object {
    use super::{BTreeMap, Deserialize};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        pairs: &[(String, String)],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_map(pairs.iter().map(|(name, value)| (name, value)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(String, String)>, D::Error> {
        Ok(BTreeMap::deserialize(from)?.into_iter().collect())
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
