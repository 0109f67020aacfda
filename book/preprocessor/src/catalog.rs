//! What the repository holds: labs, their files, their recordings.

use crate::problem::hint;
use anyhow::{Context, Result, anyhow, bail};
use labkit_wire::{Description, VERSION};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use still_running_view::{
    grid::Point,
    recording::{self, Recording},
};

/// The repository, seen from its root.
#[derive(Debug, Clone)]
pub struct Catalog {
    root: PathBuf,
}

impl Catalog {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The repository this is run in: the nearest folder above that has a `book.toml`.
    pub fn here() -> Result<Self> {
        let here = env::current_dir()?;
        let found = here.ancestors().find(|dir| dir.join("book.toml").is_file());
        found.map(Self::new).ok_or_else(|| {
            anyhow!(
                "there is no book.toml in {} or above; run this in the repository",
                here.display()
            )
        })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The slugs of all labs: the folders in `labs/` with a `lab.rs`.
    pub fn slugs(&self) -> Vec<String> {
        let Ok(dir) = fs::read_dir(self.root.join("labs")) else { return vec![] };
        let mut all: Vec<String> = dir
            .filter_map(Result::ok)
            .filter(|e| e.path().join("lab.rs").is_file())
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect();
        all.sort();
        all
    }

    /// The lab of that name, or a sentence that names those there are.
    pub fn lab(&self, slug: &str) -> Result<Lab, String> {
        let all = self.slugs();
        if all.iter().any(|s| s == slug) {
            return Ok(Lab { slug: slug.to_owned(), root: self.root.clone() });
        }
        let hint = hint(slug, all.iter().map(String::as_str));
        Err(format!(
            "there is no lab {slug:?}{hint}; a lab is a folder labs/<slug> with a lab.rs, made by `cargo xtask new-lab`"
        ))
    }
}

/// One lab.
#[derive(Debug, Clone)]
pub struct Lab {
    pub slug: String,
    root: PathBuf,
}

impl Lab {
    pub fn dir(&self) -> PathBuf {
        self.root.join("labs").join(&self.slug)
    }

    /// Where its recordings are kept.
    pub fn recordings(&self) -> PathBuf {
        self.root.join("book/recordings").join(&self.slug)
    }

    /// One of its source files.
    pub fn source(&self, file: &str) -> Result<String, String> {
        let path = self.dir().join(file);
        let inside = Path::new(file).components().count() == 1;
        match fs::read_to_string(&path) {
            Ok(text) if inside => Ok(text),
            _ => Err(format!(
                "there is no labs/{}/{file}; its files are lab.rs, buggy.rs, fixed.rs",
                self.slug
            )),
        }
    }

    /// What the lab says of itself: as recorded, else by asking the built lab.
    pub fn describe(&self) -> Result<Description> {
        let kept = self.recordings().join("describe.json");
        match fs::read(&kept) {
            Ok(json) => read_description(&json).with_context(|| {
                format!(
                    "book/recordings/{}/describe.json; repair: cargo xtask record {}",
                    self.slug, self.slug
                )
            }),
            Err(_) => self.ask(),
        }
    }

    /// What the built lab says of itself now.
    pub fn ask(&self) -> Result<Description> {
        let program = self.program()?;
        let out = Command::new(&program)
            .arg("--describe")
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("{} could not be started", self.slug))?;
        if !out.status.success() {
            let said = String::from_utf8_lossy(&out.stderr);
            bail!("`{} --describe` failed ({}): {}", self.slug, out.status, said.trim());
        }
        read_description(&out.stdout).with_context(|| format!("`{} --describe`", self.slug))
    }

    /// The built lab: beside this program, else where cargo puts it.
    pub fn program(&self) -> Result<PathBuf> {
        let name = format!("{}{}", self.slug, env::consts::EXE_SUFFIX);
        let beside = env::current_exe().ok().and_then(|me| me.parent().map(Path::to_owned));
        let target = ["target/debug", "target/release"].map(|dir| self.root.join(dir));
        let mut dirs = beside.into_iter().chain(target);
        dirs.find_map(|dir| Some(dir.join(&name)).filter(|p| p.is_file())).ok_or_else(|| {
            anyhow!("the lab {} is not built; run: cargo build --bin {}", self.slug, self.slug)
        })
    }

    /// The recorded run of a variant, at its defaults or with one knob at a value of the grid. `None` where there
    /// is no such recording.
    pub fn recording(
        &self,
        variant: &str,
        knob: Option<(&str, &str)>,
    ) -> Result<Option<Recording>> {
        let path = self.recordings().join(file_name(variant, knob));
        let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
        let shown = path.strip_prefix(&self.root).unwrap_or(&path).display();
        recording::parse(&text)
            .map(Some)
            .with_context(|| format!("{shown}; repair: cargo xtask record {}", self.slug))
    }

    /// The recorded verdicts over the knobs; empty where there are none.
    pub fn grid(&self) -> Result<Vec<Point>> {
        let Ok(json) = fs::read(self.recordings().join("grid.json")) else { return Ok(vec![]) };
        serde_json::from_slice(&json).with_context(|| {
            format!(
                "book/recordings/{}/grid.json; repair: cargo xtask record {}",
                self.slug, self.slug
            )
        })
    }
}

/// The file of a recording: `buggy.cast`, or `buggy-tick-140.cast` with that knob at that value.
pub fn file_name(variant: &str, knob: Option<(&str, &str)>) -> String {
    match knob {
        None => format!("{variant}.cast"),
        Some((name, value)) => format!("{variant}-{name}-{value}.cast"),
    }
}

fn read_description(json: &[u8]) -> Result<Description> {
    let lab: Description = serde_json::from_slice(json)?;
    if lab.version != VERSION {
        bail!("is of version {}, and this program reads version {VERSION}", lab.version);
    }
    Ok(lab)
}
