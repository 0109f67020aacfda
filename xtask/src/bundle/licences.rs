//! What others wrote of what the bundle holds, and on which terms: from the very sources that were built.

use crate::sh::{cargo, root};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

const HEAD: &str = "\
What the programs and pages of Still Running contain that others wrote. Each name is followed by the licence its author
gives it, and by the numbers of the texts below; a few bring no text of their own, and mean the usual one of that name.
Where there are several licences with OR between them, any one will do.

The Rust standard library: MIT OR Apache-2.0 (https://github.com/rust-lang/rust).
The book's pages bring highlight.js (BSD-3-Clause), elasticlunr.js, mark.js and clipboard.js (MIT): each names its authors
at the top of its file.

";

/// What mdBook puts into the pages, its icons among it; the rest of mdBook stays at home.
const IN_PAGES: [&str; 2] = ["mdbook-html", "font-awesome-as-a-crate"];

/// Something of others.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    name: String,
    version: String,
    /// As its manifest says it.
    licence: String,
    /// Where its texts lie.
    folder: PathBuf,
}

/// The page of all of them.
pub fn third_party(labs: &[String]) -> Result<String> {
    let mut works = linked(labs)?;
    works.extend(npm()?);
    page(&works)
}

/// What is linked into the programs, and into the page's wasm.
fn linked(labs: &[String]) -> Result<BTreeSet<Work>> {
    let programs: Vec<&str> = labs.iter().map(String::as_str).chain(["still-running"]).collect();
    let here = metadata(&host()?)?;
    let mut works = reached(&here, &programs)?;
    works.extend(reached(&metadata("wasm32-unknown-unknown")?, &["still-running-client"])?);
    let pages = packages(&here).filter(|p| IN_PAGES.iter().any(|name| p["name"] == *name));
    for package in pages {
        works.insert(work(package)?);
    }
    Ok(works)
}

fn host() -> Result<String> {
    let said = std::process::Command::new("rustc").arg("-vV").output().context("rustc -vV")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

fn metadata(platform: &str) -> Result<Value> {
    let mut command = cargo(&["metadata", "--format-version", "1", "--locked"]);
    command.args(["--features", "still-running/embed", "--filter-platform", platform]);
    let said = command.output().context("cargo metadata could not be started")?;
    if !said.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&said.stderr));
    }
    Ok(serde_json::from_slice(&said.stdout)?)
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

/// Whatever these packages of ours are linked with. What only builds or tests them is not in the programs.
fn reached(metadata: &Value, ours: &[&str]) -> Result<BTreeSet<Work>> {
    let by_id: BTreeMap<&str, &Value> =
        packages(metadata).filter_map(|p| Some((p["id"].as_str()?, p))).collect();
    let nodes = metadata["resolve"]["nodes"].as_array().context("no graph of dependencies")?;
    let nodes: BTreeMap<&str, &Value> =
        nodes.iter().filter_map(|n| Some((n["id"].as_str()?, n))).collect();
    let is_ours = |p: &Value| p["source"].is_null();
    let first = by_id
        .iter()
        .filter(|(_, p)| is_ours(p) && p["name"].as_str().is_some_and(|name| ours.contains(&name)));
    let mut next: Vec<&str> = first.map(|(id, _)| *id).collect();
    let mut seen = BTreeSet::from_iter(next.iter().copied());
    while let Some(node) = next.pop().and_then(|id| nodes.get(id)) {
        let deps = node["deps"].as_array().into_iter().flatten().filter(|dep| is_linked(dep));
        next.extend(deps.filter_map(|dep| dep["pkg"].as_str()).filter(|id| seen.insert(id)));
    }
    let others = seen.iter().filter_map(|id| by_id.get(id)).filter(|p| !is_ours(p));
    others.map(|p| work(p)).collect()
}

fn is_linked(dep: &Value) -> bool {
    dep["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
}

fn work(package: &Value) -> Result<Work> {
    let text = |key: &str| package[key].as_str().map(str::to_owned);
    let manifest = PathBuf::from(text("manifest_path").context("a package without a manifest")?);
    Ok(Work {
        name: text("name").context("a package without a name")?,
        version: text("version").unwrap_or_default(),
        licence: text("license").unwrap_or_else(|| "its text below".to_owned()),
        folder: manifest.parent().context("a manifest without a folder")?.to_owned(),
    })
}

/// The page's terminal and editor. Where npm did not bring them, they are not in the bundle either.
fn npm() -> Result<Vec<Work>> {
    let editor = "server/client/editor/node_modules";
    let mut all = vec![];
    for folder in ["server/client/node_modules/@xterm".to_owned()]
        .into_iter()
        .chain(["@codemirror", "@lezer", "@marijn"].map(|scope| format!("{editor}/{scope}")))
    {
        let folder = root().join(folder);
        let names = labkit_shelf::names(&folder).unwrap_or_default();
        all.extend(names.into_iter().map(|name| folder.join(name)));
    }
    let alone = ["crelt", "style-mod", "w3c-keyname"].map(|name| root().join(editor).join(name));
    all.extend(alone.into_iter().filter(|folder| folder.is_dir()));
    all.iter().map(|folder| npm_work(folder)).collect()
}

fn npm_work(folder: &Path) -> Result<Work> {
    let about: Value = serde_json::from_slice(&fs::read(folder.join("package.json"))?)?;
    let text = |key: &str| about[key].as_str().unwrap_or_default().to_owned();
    let (name, version, licence) = (text("name"), text("version"), text("license"));
    Ok(Work { name, version, licence, folder: folder.to_owned() })
}

/// Each text stands there once, however many have it.
fn page(works: &BTreeSet<Work>) -> Result<String> {
    let (mut page, mut texts) = (HEAD.to_owned(), Vec::<String>::new());
    for Work { name, version, licence, folder } in works {
        let numbers: Vec<String> = texts_of(folder)?
            .into_iter()
            .map(|text| {
                let known = texts.iter().position(|known| *known == text);
                let at = known.unwrap_or_else(|| {
                    texts.push(text);
                    texts.len() - 1
                });
                (at + 1).to_string()
            })
            .collect();
        let numbers = match &numbers[..] {
            [] => "no text of its own".to_owned(),
            some => some.join(", "),
        };
        writeln!(page, "{name} {version}: {licence} ({numbers})")?;
    }
    for (at, text) in texts.iter().enumerate() {
        write!(page, "\n──── {} ────\n\n{text}\n", at + 1)?;
    }
    Ok(page)
}

/// The texts in a folder that are about licences, by name.
fn texts_of(folder: &Path) -> Result<Vec<String>> {
    const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
    let about = |name: &&String| {
        let name = name.to_uppercase();
        NAMES.iter().any(|known| name.starts_with(known)) && !name.ends_with(".RS")
    };
    let all = labkit_shelf::names(folder).with_context(|| folder.display().to_string())?;
    let files = all.iter().filter(about).map(|name| folder.join(name)).filter(|f| f.is_file());
    files
        .map(|file| {
            let text = fs::read(&file).with_context(|| file.display().to_string())?;
            Ok(String::from_utf8_lossy(&text).replace("\r\n", "\n").trim().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(folder: &Path, name: &str, files: &[(&str, &str)]) -> Work {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
        Work { name: name.into(), version: "1.0.0".into(), licence: "MIT".into(), folder }
    }

    #[test]
    fn a_text_that_many_have_stands_there_once() {
        let place = tempfile::tempdir().unwrap();
        let works = BTreeSet::from([
            work(
                place.path(),
                "a",
                &[("LICENSE-MIT", "Take it.\r\n"), ("license.rs", "fn a() {}")],
            ),
            work(place.path(), "b", &[("COPYING", "Take it."), ("NOTICE.md", "By me.")]),
            work(place.path(), "c", &[("README.md", "Hello")]),
        ]);
        let page = page(&works).unwrap();
        for line in ["a 1.0.0: MIT (1)", "b 1.0.0: MIT (1, 2)", "c 1.0.0: MIT (no text of its own)"]
        {
            assert!(page.lines().any(|l| l == line), "{line}: {page}");
        }
        assert_eq!(page.matches("Take it.").count(), 1);
        assert!(page.contains("By me.") && !page.contains("fn a"), "{page}");
    }

    #[test]
    fn what_is_linked_is_named_and_what_only_tests_or_builds_is_not() {
        let package = |name: &str, source: Value| {
            serde_json::json!({"id": name, "name": name, "version": "1.0.0", "source": source,
                "license": "MIT", "manifest_path": format!("/src/{name}/Cargo.toml")})
        };
        let dep = |name: &str, kind: Value| serde_json::json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let metadata = serde_json::json!({
            "packages": [package("lab", Value::Null), package("kit", Value::Null), package("tokio", "r".into()),
                package("tempfile", "r".into()), package("cc", "r".into()), package("mio", "r".into())],
            "resolve": {"nodes": [
                {"id": "lab", "deps": [dep("kit", Value::Null), dep("tempfile", "dev".into())]},
                {"id": "kit", "deps": [dep("tokio", Value::Null), dep("cc", "build".into())]},
                {"id": "tokio", "deps": [dep("mio", Value::Null)]},
                {"id": "mio", "deps": []}]}
        });
        let works = reached(&metadata, &["lab"]).unwrap();
        let names: Vec<&str> = works.iter().map(|work| work.name.as_str()).collect();
        assert_eq!(names, ["mio", "tokio"]);
    }
}
