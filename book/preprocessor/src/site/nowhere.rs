//! The page for an address where there is nothing. A host shows it at any depth, so it loads nothing of the site, and its
//! one link must be right from everywhere.

use super::{Mode, Options};
use anyhow::Result;
use std::{fs, path::Path};

const PAGE: &str = include_str!("nowhere.html");
/// Where the site's path is not known when it is built, the page looks for it: upwards, for the site's manifest.
const SEARCH: &str = include_str!("nowhere.js");

pub(super) fn write(site: &Path, options: &Options) -> Result<()> {
    let root = match (&options.address, options.mode) {
        (Some(address), _) => Some(address.path()),
        (None, Mode::Live) => Some("/"),
        (None, Mode::Recorded) => None,
    };
    let script = match root {
        Some(_) => String::new(),
        None => format!("<script>\n{SEARCH}</script>\n"),
    };
    let page = PAGE.replace("{root}", root.unwrap_or("./")).replace("{script}", &script);
    Ok(fs::write(site.join("404.html"), page)?)
}
