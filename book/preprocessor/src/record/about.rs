//! Where a recording comes from: versions, machine, and a hash of the lab's sources.

use super::run::Run;
use crate::{catalog::Lab, site};
use anyhow::{Context, Result};
use labkit_wire::{Description, Values};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, path::Path, process::Command, thread};
use still_running_view::recording::{About, Header, Machine, Term};

/// As wide as the page's terminals, for players that ask.
const TERM: Term = Term { cols: 100, rows: 30 };

pub(super) fn header(
    lab: &Lab,
    about: &Description,
    run: &Run<'_>,
    knobs: Values,
) -> Result<Header> {
    Ok(Header {
        version: 3,
        term: TERM,
        timestamp: Some(site::now()),
        title: Some(format!("{} ({}, {})", about.title, lab.slug, run.variant)),
        command: Some(run.typed()),
        still_running: Some(About {
            lab: lab.slug.clone(),
            variant: run.variant.to_owned(),
            knobs,
            versions: versions(lab)?,
            machine: machine(),
            sources: sources(lab)?,
            verdict: None,
        }),
    })
}

/// SHA-256, in hex, over what a run of the lab depends on: its sources and manifest. `mine.rs` is the reader's.
pub(super) fn sources(lab: &Lab) -> Result<String> {
    let mut files: Vec<_> = fs::read_dir(lab.dir())?
        .map(|e| Ok(e?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    files.retain(|f| (f.ends_with(".rs") && f != "mine.rs") || f == "Cargo.toml");
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let text = fs::read(lab.dir().join(&file))?;
        hash.update(format!("{file} {}\n", text.len()));
        hash.update(&text);
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// The versions of what the lab depends on, as locked, and of the compiler.
fn versions(lab: &Lab) -> Result<BTreeMap<String, String>> {
    let root = lab.dir().join("../..");
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock")?;
    let mut all = locked(&lock, &lab.slug);
    all.retain(|name, _| !name.starts_with("labkit"));
    all.extend(rustc(&root).map(|v| ("rustc".to_owned(), v)));
    Ok(all)
}

fn rustc(root: &Path) -> Option<String> {
    let out = Command::new("rustc").arg("--version").current_dir(root).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// The direct dependencies of a package in a lock file, with their versions.
fn locked(lock: &str, package: &str) -> BTreeMap<String, String> {
    let packages: Vec<&str> = lock.split("[[package]]").collect();
    let field = |p: &str, name: &str| {
        let line = p.lines().find(|l| l.starts_with(&format!("{name} = ")))?;
        line.split('"').nth(1).map(str::to_owned)
    };
    let versions: Vec<(String, String)> =
        packages.iter().filter_map(|p| Some((field(p, "name")?, field(p, "version")?))).collect();
    let Some(own) = packages.iter().find(|p| field(p, "name").as_deref() == Some(package)) else {
        return BTreeMap::new();
    };
    let listed = own.lines().filter_map(|l| l.trim().strip_prefix('"')?.split('"').next());
    listed
        .filter_map(|dependency| match dependency.split_once(' ') {
            // Named with its version where there are several.
            Some((name, version)) => Some((name.to_owned(), version.to_owned())),
            None => versions.iter().find(|(name, _)| name == dependency).cloned(),
        })
        .collect()
}

fn machine() -> Machine {
    Machine {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        cores: thread::available_parallelism().map_or(1, usize::from),
        memory_mib: memory(),
    }
}

/// Where the system tells it: Linux.
fn memory() -> Option<u64> {
    let info = fs::read_to_string("/proc/meminfo").ok()?;
    let line = info.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_labs_own_dependencies() {
        let lock = "[[package]]\nname = \"hyper\"\nversion = \"0.14.0\"\n\n[[package]]\nname = \"hyper\"\nversion = \"1.2.0\"\n\n\
                    [[package]]\nname = \"lab\"\nversion = \"0.1.0\"\ndependencies = [\n \"hyper 1.2.0\",\n \"tokio\",\n]\n\n\
                    [[package]]\nname = \"tokio\"\nversion = \"1.5.0\"\n";
        let want =
            [("hyper", "1.2.0"), ("tokio", "1.5.0")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(locked(lock, "lab"), want.into());
        assert_eq!(locked(lock, "other"), BTreeMap::new());
    }
}
