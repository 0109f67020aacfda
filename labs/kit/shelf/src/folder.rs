use crate::{names, recording};
use labkit_wire::WRONG;
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// One lab's folder, and the folder of its recordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
    slug: String,
}

impl Folder {
    /// The files that every lab has, by name.
    pub const FILES: [&str; 5] = ["Cargo.toml", "buggy.rs", "fixed.rs", "lab.rs", "mine.rs"];
    /// The folder of popular fixes that are none; a lab may have it.
    pub const WRONG: &str = "wrong";

    pub(crate) fn new(root: &Path, slug: &str) -> Self {
        Self { root: root.to_owned(), slug: slug.to_owned() }
    }

    /// The lab's name.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Where its files are.
    pub fn dir(&self) -> PathBuf {
        self.root.join("labs").join(&self.slug)
    }

    /// One of its files, such as `buggy.rs` or `wrong/join.rs`.
    ///
    /// # Errors
    /// A sentence that names the files there are.
    pub fn source(&self, file: &str) -> Result<String, String> {
        let inside = Path::new(file).components().all(|c| matches!(c, Component::Normal(_)));
        match fs::read_to_string(self.dir().join(file)) {
            Ok(text) if inside => Ok(text),
            _ => Err(format!(
                "there is no labs/{}/{file}; its files are {}",
                self.slug,
                self.sources().unwrap_or_default().join(", ")
            )),
        }
    }

    /// Its files in Rust, by name, without those in `wrong/`.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn sources(&self) -> io::Result<Vec<String>> {
        let mut all = names(&self.dir())?;
        all.retain(|file| file.ends_with(".rs"));
        Ok(all)
    }

    /// The variants that its popular wrong fixes are, by name: `wrong-join` is `wrong/join.rs`.
    ///
    /// # Errors
    /// Where there is such a folder and it cannot be read.
    pub fn wrong(&self) -> io::Result<Vec<String>> {
        let folder = self.dir().join(Self::WRONG);
        let files = if folder.is_dir() { names(&folder)? } else { vec![] };
        let variant = |file: &String| Some(format!("{WRONG}{}", file.strip_suffix(".rs")?));
        Ok(files.iter().filter_map(variant).collect())
    }

    /// Whether its manifest says that it runs in a page too: `in-page = true`, for a lab of pure async state.
    ///
    /// # Errors
    /// Where there is no `Cargo.toml`.
    pub fn in_page(&self) -> Result<bool, String> {
        Ok(self.source("Cargo.toml")?.lines().any(|line| line.trim() == "in-page = true"))
    }

    /// Where its recordings are.
    pub fn recordings(&self) -> PathBuf {
        self.root.join("book/recordings").join(&self.slug)
    }

    /// One of the files beside its recordings, or none where it is not there.
    pub fn recorded(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.recordings().join(file)).ok()
    }

    /// What is wrong with one of the files beside its recordings, in words, with what repairs it.
    pub fn problem(&self, file: &str, what: &str) -> String {
        let slug = &self.slug;
        format!("book/recordings/{slug}/{file}: {what}; repair: cargo xtask record {slug}")
    }

    /// The recording of a variant, at its defaults or with one knob elsewhere; none where it was not made.
    pub fn cast(&self, variant: &str, knob: Option<(&str, &str)>) -> Option<String> {
        self.recorded(&recording::file(variant, knob))
    }
}
