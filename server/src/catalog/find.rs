//! Where labs are: beside the running program, under the names of the folders in `labs/`.

use std::{
    env, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// The checkout we were built from.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub root: PathBuf,
    /// Where its programs are, such as `target/debug`.
    pub programs: PathBuf,
}

/// The checkout above the running program, or above the current folder.
pub fn find_workspace() -> Option<Workspace> {
    let programs = env::current_exe().ok()?.parent()?.to_owned();
    let here = env::current_dir().ok();
    let mut above = programs.ancestors().chain(here.iter().flat_map(|dir| dir.ancestors()));
    let root = above
        .find(|dir| dir.join("book.toml").exists() && dir.join("labs").is_dir())
        .or_else(|| programs.ancestors().find(|dir| dir.join("labs/kit/wire").is_dir()))?;
    Some(Workspace { root: root.to_owned(), programs })
}

/// Every executable in `folder`; or, in a bundle, those in the folder `labs` beside the running program; or
/// those of the workspace's labs that are built. By name. A bundle may lie inside a checkout.
pub fn programs(folder: Option<&Path>, workspace: Option<&Workspace>) -> io::Result<Vec<PathBuf>> {
    let bundle = bundled()?;
    let mut found = match (folder, workspace) {
        (Some(folder), _) => executables(folder)?,
        (None, _) if bundle.is_dir() => executables(&bundle)?,
        (None, Some(workspace)) => built(workspace)?,
        (None, None) => vec![],
    };
    found.sort();
    Ok(found)
}

fn built(workspace: &Workspace) -> io::Result<Vec<PathBuf>> {
    let mut built = vec![];
    for entry in fs::read_dir(workspace.root.join("labs"))? {
        let folder = entry?;
        let program = workspace.programs.join(folder.file_name());
        if folder.path().join("lab.rs").exists() && executable(&program) {
            built.push(program);
        }
    }
    Ok(built)
}

fn bundled() -> io::Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name("labs"))
}

fn executables(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let all = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(all.into_iter().map(|entry| entry.path()).filter(|path| executable(path)).collect())
}

fn executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
