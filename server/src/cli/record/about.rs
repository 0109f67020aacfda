//! Where a recording comes from: versions, machine, and a hash of the lab's sources.

use crate::{catalog::Job, cli::ask::ask};
use cargo_lock::{Lockfile, Package};
use labkit_shelf::{Folder, MINE, Shelf, names};
use labkit_wire::Verdict;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    time::{SystemTime, UNIX_EPOCH},
};
use still_running_view::recording::{About, Header, Machine, Term};

/// As wide as the page's terminals, for players that ask.
const TERM: Term = Term { cols: 100, rows: 30 };

/// What any player shows.
pub fn header(job: &Job) -> Header {
    let (title, slug) = (&job.lab.description.title, job.lab.slug());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    Header {
        version: 3,
        term: TERM,
        timestamp: now.map(|since| since.as_secs()),
        title: Some(format!("{title} ({slug}, {})", job.variant)),
        command: Some(job.command()),
        still_running: None,
    }
}

/// What only we read.
pub async fn about(
    job: &Job,
    folder: &Folder,
    shelf: &Shelf,
    verdict: Option<Verdict>,
) -> Result<About, String> {
    Ok(About {
        lab: job.lab.slug().to_owned(),
        variant: job.variant.clone(),
        knobs: job.values.clone(),
        versions: versions(folder.slug(), shelf).await?,
        machine: machine(),
        sources: sources(folder)?,
        verdict,
    })
}

/// SHA-256, in hex, over what a run of the lab depends on: its sources and manifest. `mine.rs` is the reader's, and wrong
/// fixes are not recorded.
pub fn sources(folder: &Folder) -> Result<String, String> {
    let unread = |file: &str, why| format!("labs/{}/{file} cannot be read: {why}", folder.slug());
    let mut files = names(&folder.dir()).map_err(|why| unread("", why))?;
    let mine = format!("{MINE}.rs");
    files.retain(|f| (f.ends_with(".rs") && *f != mine) || f == "Cargo.toml");
    let mut hash = Sha256::new();
    for file in files {
        let text = fs::read(folder.dir().join(&file)).map_err(|why| unread(&file, why))?;
        hash.update(format!("{file} {}\n", text.len()));
        hash.update(&text);
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// The versions of what the lab depends on, as locked, and of the compiler.
async fn versions(slug: &str, shelf: &Shelf) -> Result<BTreeMap<String, String>, String> {
    let lock = Lockfile::load(shelf.root().join("Cargo.lock")).map_err(|why| why.to_string())?;
    let mut all = locked(&lock.packages, slug);
    all.retain(|name, _| !name.starts_with("labkit"));
    let rustc = ask("rustc", &["--version"], Some(shelf.root())).await;
    let version = rustc.as_deref().and_then(|said| said.split_whitespace().nth(1));
    all.extend(version.map(|version| ("rustc".to_owned(), version.to_owned())));
    Ok(all)
}

/// The direct dependencies of a package, with their versions.
fn locked(packages: &[Package], name: &str) -> BTreeMap<String, String> {
    let own = packages.iter().find(|package| package.name.as_str() == name);
    let dependencies = own.into_iter().flat_map(|package| &package.dependencies);
    dependencies.map(|d| (d.name.to_string(), d.version.to_string())).collect()
}

fn machine() -> Machine {
    Machine {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        cores: crate::pool::cores(),
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
        let lock = "version = 4\n\n[[package]]\nname = \"hyper\"\nversion = \"0.14.0\"\n\n[[package]]\nname = \"hyper\"\nversion = \"1.2.0\"\n\n\
                    [[package]]\nname = \"lab\"\nversion = \"0.1.0\"\ndependencies = [\n \"hyper 1.2.0\",\n \"tokio\",\n]\n\n\
                    [[package]]\nname = \"tokio\"\nversion = \"1.5.0\"\n";
        let lock: Lockfile = lock.parse().unwrap();
        let want =
            [("hyper", "1.2.0"), ("tokio", "1.5.0")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(locked(&lock.packages, "lab"), want.into());
        assert_eq!(locked(&lock.packages, "other"), BTreeMap::new());
    }
}
