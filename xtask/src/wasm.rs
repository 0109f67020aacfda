//! What the page's client and the labs in a page are both built with: rustup's targets, and the tools from npm that make
//! files smaller.

use crate::sh::root;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether rustup has that target here.
pub fn installed(target: &str) -> bool {
    let libdir = printed("rustc", &["--print", "target-libdir", "--target", target]);
    libdir.is_ok_and(|dir| Path::new(&dir).is_dir())
}

/// The folders whose names must not get into a built file, each with what stands for it.
pub fn folders(root: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
    let sysroot = PathBuf::from(printed("rustc", &["--print", "sysroot"])?);
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let mut folders =
        vec![(root.to_owned(), "workspace"), (sysroot.join("lib/rustlib/src/rust"), "rust")];
    if let Some(sources) = cargo_home.map(|home| home.join("registry/src")) {
        // The folder's name holds a hash of the registry's address: each is taken off whole.
        for registry in std::fs::read_dir(sources).into_iter().flatten() {
            folders.push((registry?.path(), "crates"));
        }
    }
    Ok(folders)
}

/// Makes a file smaller in place with a tool from npm; gives the tool's version, and what it printed.
pub fn squeeze(tool: &str, how: &[&str], out: &str, file: &Path) -> Result<(String, String)> {
    let path = root().join("server/client/tools/node_modules/.bin").join(tool);
    if !path.exists() {
        println!(
            "    no {tool} here (npm ci in server/client/tools gets it): the file stays larger"
        );
        return Ok(("none".to_owned(), String::new()));
    }
    let done = Command::new(&path)
        .arg(file)
        .args(how)
        .arg(format!("{out}{}", file.display()))
        .output()
        .with_context(|| tool.to_owned())?;
    if !done.status.success() {
        bail!("{tool} failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    let version = Command::new(&path).arg("--version").output()?;
    Ok((String::from_utf8(version.stdout)?.trim().to_owned(), String::from_utf8(done.stdout)?))
}

/// What a program prints.
pub fn printed(program: &str, arguments: &[&str]) -> Result<String> {
    let out = Command::new(program).args(arguments).output().with_context(|| program.to_owned())?;
    if !out.status.success() {
        bail!("{program} {arguments:?} failed: {}", String::from_utf8_lossy(&out.stderr));
    }
    Ok(String::from_utf8(out.stdout)?.trim().to_owned())
}
