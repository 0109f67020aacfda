//! The programs of the bundle: what they are built with, and what they tell of the machine that built them.

use crate::{
    sh::{built_as, cargo, root, run},
    wasm::folders,
};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The profile, and so the folder.
const PROFILE: &str = "bundle";

/// Only what the bundle holds: what builds the book stays at home.
pub fn build(labs: &[String]) -> Result<()> {
    let bins = labs.iter().flat_map(|lab| ["--bin", lab]);
    let mut arguments = vec!["build", "--profile", PROFILE, "--features", "still-running/embed"];
    arguments.extend(["--bin", "still-running"].into_iter().chain(bins));
    let mut build = cargo(&arguments);
    let remap = |(from, to): &(PathBuf, &str), flag| format!("{flag}={}={to}", from.display());
    let homes = homes()?;
    let flags = |flag| homes.iter().map(|home| remap(home, flag)).collect::<Vec<_>>();
    // Between flags that may hold spaces cargo wants this.
    build.env("CARGO_ENCODED_RUSTFLAGS", flags("--remap-path-prefix").join("\u{1f}"));
    // Some of what we link is C, with file names in its assertions.
    build.env("CFLAGS", flags("-ffile-prefix-map").join(" "));
    run(build)
}

/// Folders of this machine, and what is said in their place; where several fit, the last counts. Those of the crates are
/// taken off whole: their names say from which registry they came.
fn homes() -> Result<Vec<(PathBuf, &'static str)>> {
    let home = env::home_dir().unwrap_or_default();
    let cargo = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let mut homes = vec![(cargo, "cargo")];
    homes.extend(folders(root())?);
    Ok(homes)
}

pub fn copy(program: &str, to: &Path) -> Result<PathBuf> {
    let name = Path::new(program).with_extension(env::consts::EXE_EXTENSION);
    let (from, to) = (built_as(PROFILE)?.join(&name), to.join(&name));
    fs::copy(&from, &to).with_context(|| from.display().to_string())?;
    Ok(to)
}

/// An error where a program holds the name of a folder of this machine.
pub fn tell_nothing_of_home(programs: &[PathBuf]) -> Result<()> {
    let homes: Vec<String> = homes()?.iter().map(|(home, _)| home.display().to_string()).collect();
    for program in programs {
        if let Some(told) = first_of(&homes, &fs::read(program)?) {
            bail!("{} tells where it was built: {told}", program.display());
        }
    }
    Ok(())
}

/// The first stretch of plain text that begins with one of these.
fn first_of(beginnings: &[String], bytes: &[u8]) -> Option<String> {
    let at = |text: &String| bytes.windows(text.len()).position(|part| part == text.as_bytes());
    let start = beginnings.iter().filter_map(at).min()?;
    let plain = bytes[start..].iter().take(120).take_while(|b| b.is_ascii_graphic());
    Some(plain.map(|b| char::from(*b)).collect())
}

/// On which machines these run, in words.
pub fn machines(programs: &[PathBuf]) -> Result<String> {
    let here = format!("{}, {}", env::consts::OS, env::consts::ARCH);
    let mut least = None;
    for program in programs {
        least = least.max(glibc(&fs::read(program)?));
    }
    Ok(match least {
        Some((major, minor)) => format!("{here}, glibc {major}.{minor} or later"),
        None => here,
    })
}

/// The latest version of the C library that a program asks for.
fn glibc(program: &[u8]) -> Option<(u32, u32)> {
    const NAME: &[u8] = b"GLIBC_";
    let named = program.windows(NAME.len()).enumerate().filter(|(_, part)| *part == NAME);
    let version = |at: usize| {
        let rest = program[at + NAME.len()..].iter().take(8);
        let digits: String =
            rest.map(|b| char::from(*b)).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let (major, rest) = digits.split_once('.')?;
        let minor = rest.split('.').next()?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    named.filter_map(|(at, _)| version(at)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_version_that_a_program_asks_for_counts() {
        let program = b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_PRIVATE\0GLIBC_2.2.5\0";
        assert_eq!(glibc(program), Some((2, 34)));
        assert_eq!(glibc(b"no such library"), None);
    }

    #[test]
    fn a_path_of_this_machine_is_found_in_a_program() {
        let home = ["/home/me/.cargo".to_owned(), "/home/me/src".to_owned()];
        let program = b"\x7fELF\0a\0/home/me/src/lab.rs:3\0/home/me/.cargo/x\0";
        assert_eq!(first_of(&home, program).as_deref(), Some("/home/me/src/lab.rs:3"));
        assert_eq!(first_of(&home, b"still-running/labs/lab.rs"), None);
    }
}
