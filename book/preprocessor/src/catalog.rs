//! What the repository holds: labs, and what was recorded of them.

use crate::problem::hint;
use anyhow::{Context, Result, anyhow, bail};
use labkit_shelf::{
    Folder, Shelf,
    recording::{DESCRIPTION, GRID},
};
use labkit_wire::{Description, VERSION};
use std::{
    env,
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
    shelf: Shelf,
}

impl Catalog {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { shelf: Shelf::at(root) }
    }

    /// The repository this is run in: the nearest folder above that has a `book.toml` and labs.
    pub fn here() -> Result<Self> {
        let here = env::current_dir()?;
        let shelf = Shelf::above(&here).ok_or_else(|| {
            anyhow!(
                "there is no book.toml with labs/ beside it in {} or above; run this in the repository",
                here.display()
            )
        })?;
        Ok(Self { shelf })
    }

    pub fn root(&self) -> &Path {
        self.shelf.root()
    }

    /// The slugs of all labs.
    pub fn slugs(&self) -> Vec<String> {
        self.shelf.slugs()
    }

    /// The lab of that name, or a sentence that names those there are.
    pub fn lab(&self, slug: &str) -> Result<Lab, String> {
        if let Some(folder) = self.shelf.folder(slug) {
            return Ok(Lab { slug: slug.to_owned(), folder, root: self.root().to_owned() });
        }
        let all = self.slugs();
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
    pub folder: Folder,
    root: PathBuf,
}

impl Lab {
    /// Where its recordings are kept.
    pub fn recordings(&self) -> PathBuf {
        self.folder.recordings()
    }

    /// One of its source files.
    pub fn source(&self, file: &str) -> Result<String, String> {
        self.folder.source(file)
    }

    /// What the lab says of itself: as recorded, else by asking the built lab.
    pub fn describe(&self) -> Result<Description> {
        match self.folder.recorded(DESCRIPTION) {
            Some(json) => read_description(&json)
                .with_context(|| self.folder.problem(DESCRIPTION, "cannot be read")),
            None => self.ask(),
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
        read_description(&String::from_utf8_lossy(&out.stdout))
            .with_context(|| format!("`{} --describe`", self.slug))
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
        let Some(text) = self.folder.cast(variant, knob) else { return Ok(None) };
        let file =
            || self.folder.problem(&labkit_shelf::recording::file(variant, knob), "cannot be read");
        recording::parse(&text).map(Some).with_context(file)
    }

    /// The recorded verdicts over the knobs; empty where there are none.
    pub fn grid(&self) -> Result<Vec<Point>> {
        let Some(json) = self.folder.recorded(GRID) else { return Ok(vec![]) };
        serde_json::from_str(&json).with_context(|| self.folder.problem(GRID, "cannot be read"))
    }
}

fn read_description(json: &str) -> Result<Description> {
    let lab: Description = serde_json::from_str(json)?;
    if lab.version != VERSION {
        bail!("is of version {}, and this program reads version {VERSION}", lab.version);
    }
    Ok(lab)
}
