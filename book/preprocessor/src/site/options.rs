use super::Address;
use std::{collections::BTreeSet, path::PathBuf};
use still_running_protocol::Mode;

/// What to build, and where.
#[derive(Debug, Clone)]
pub struct Options {
    pub mode: Mode,
    /// The folder of the site; replaced as a whole.
    pub out: PathBuf,
    /// Where readers will find it. Without it, a page can't tell other sites its own address, nor that of a picture.
    pub address: Option<Address>,
    /// Labs as programs for the page, with their `programs.json`. Without them every run of a recorded site is a recording.
    pub programs: Option<PathBuf>,
    /// A Chromium, which draws the pictures for link previews.
    pub browser: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::Live,
            out: "target/book".into(),
            address: None,
            programs: None,
            browser: None,
        }
    }
}

/// What other sites may be told of the pages.
pub(crate) struct Public<'a> {
    pub address: Option<&'a Address>,
    /// Names of the pages that have a picture, in `preview/`.
    pub pictures: BTreeSet<String>,
}
