//! Where labs are: beside the running program, under the names of the folders in `labs/`.

use labkit_shelf::{Contents, ORDER, Shelf, is_slug};
use std::{
    env, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The checkout we were built from.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub shelf: Shelf,
    /// Where its programs are, such as `target/debug`.
    pub programs: PathBuf,
}

/// The checkout above the running program, or above the current folder.
pub fn find_workspace() -> Option<Workspace> {
    let programs = env::current_exe().ok()?.parent()?.to_owned();
    let here = env::current_dir().ok();
    let shelf = Shelf::above(&programs).or_else(|| Shelf::above(&here?))?;
    Some(Workspace { shelf, programs })
}

impl Workspace {
    /// The folder that holds all of it.
    pub fn root(&self) -> &Path {
        self.shelf.root()
    }
}

/// Programs of labs, and what looks like one and cannot be run.
#[derive(Debug, Default)]
pub struct Programs {
    pub all: Vec<PathBuf>,
    /// Sentences.
    pub skipped: Vec<String>,
}

/// Every executable in `folder`; or, in a bundle, those in the folder `labs` beside the running program; or
/// those of the workspace's labs that are built. By name. A bundle may lie inside a checkout.
pub fn programs(folder: Option<&Path>, workspace: Option<&Workspace>) -> io::Result<Programs> {
    let bundle = bundled()?;
    let mut found = match (folder, workspace) {
        (Some(folder), _) => executables(folder)?,
        (None, _) if bundle.is_dir() => executables(&bundle)?,
        (None, Some(workspace)) => built(workspace),
        (None, None) => Programs::default(),
    };
    found.all.sort();
    Ok(found)
}

/// The order of labs: the one that lies beside these programs, as in a bundle; else the workspace's.
pub fn order(programs: &[PathBuf], workspace: Option<&Workspace>) -> Contents {
    let beside = programs.first().map(|program| program.with_file_name(ORDER));
    match beside.and_then(|file| fs::read_to_string(file).ok()) {
        Some(listed) => Contents::listed(&listed),
        None => workspace.map(|w| w.shelf.contents()).unwrap_or_default(),
    }
}

fn built(workspace: &Workspace) -> Programs {
    let slugs = workspace.shelf.slugs().into_iter();
    let built = slugs.map(|slug| workspace.programs.join(slug)).filter(|p| p.is_file());
    Programs::of(built)
}

fn bundled() -> io::Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name("labs"))
}

fn executables(folder: &Path) -> io::Result<Programs> {
    let all = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(Programs::of(all.into_iter().map(|entry| entry.path()).filter(|path| path.is_file())))
}

impl Programs {
    /// Of these files. One that is called as a lab is and may not be executed has lost that on its way here.
    fn of(files: impl Iterator<Item = PathBuf>) -> Self {
        let (all, rest): (Vec<_>, Vec<_>) = files.partition(|file| executable(file));
        let names = rest.iter().filter_map(|file| file.file_name()?.to_str());
        let skipped = names.filter(|name| is_slug(name)).map(|name| {
            format!("{name} is left out: it is not executable. To make it so: chmod +x {name}.")
        });
        Self { skipped: skipped.collect(), all }
    }
}

fn executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o111 != 0)
}
