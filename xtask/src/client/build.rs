//! cargo, then wasm-bindgen, then wasm-opt and esbuild.

use super::manifest::{self, Manifest};
use super::names;
use super::toolchain::{TARGET, Toolchain};
use crate::wasm::squeeze;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

const NAME: &str = "still_running_client";
/// As in Cargo.toml: the library and the tool must be of one version.
const WASM_BINDGEN: &str = "0.2.130";

pub fn build(root: &Path) -> Result<()> {
    let toolchain = Toolchain::find()?;
    // Taken before the build: sources edited meanwhile make the result stale, as they should.
    let sources = manifest::sources(root)?;
    println!("1/3 compiling server/client with {}", toolchain.version()?);
    let wasm = compile(root, &toolchain)?;
    println!("2/3 wasm-bindgen {WASM_BINDGEN}");
    let out = crate::sh::target()?.join("client/bindgen");
    bindgen(&wasm, &out)?;
    println!("3/3 wasm-opt, esbuild");
    if let Err(why) = crate::setup::npm("server/client/tools", &[]) {
        println!("    {why:#}: the files stay larger");
    }
    let (wasm, script) = (out.join(format!("{NAME}_bg.wasm")), out.join(format!("{NAME}.js")));
    let tools = BTreeMap::from([
        ("rustc".to_owned(), toolchain.version()?),
        ("wasm-bindgen".to_owned(), WASM_BINDGEN.to_owned()),
        ("wasm-opt".to_owned(), optimize(&wasm, &script)?),
        (
            "esbuild".to_owned(),
            squeeze("esbuild", &["--minify", "--allow-overwrite"], "--outfile=", &script)?.0,
        ),
    ]);
    let style = out.join("client.css");
    fs::copy(root.join("server/client/client.css"), &style)?;
    squeeze("esbuild", &["--minify", "--allow-overwrite"], "--outfile=", &style)?;
    let files = publish(root, &out)?;
    for (name, file) in &files {
        println!("    server/client/dist/{name}: {} bytes", file["bytes"]);
    }
    Manifest { sources, tools, files }.write(root)
}

fn compile(root: &Path, toolchain: &Toolchain) -> Result<PathBuf> {
    let target_dir = crate::sh::target()?.join("client");
    let remaps = toolchain.folders(root)?;
    let remap = |(from, to): &(PathBuf, _)| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags: Vec<_> = remaps.iter().map(remap).collect();
    // Below 1 MiB an address is a byte shorter; half of that is stack enough.
    flags.push("-Clink-arg=-zstack-size=524288".to_owned());
    flags.extend(toolchain.flags().iter().map(|f| (*f).to_owned()));
    let status = toolchain
        .cargo()
        .current_dir(root)
        .args(["build", "--package", "still-running-client", "--lib"])
        .args(["--profile", "wasm", "--target", TARGET, "--locked"])
        .args(toolchain.arguments())
        .arg("--target-dir")
        .arg(&target_dir)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        .status()?;
    if !status.success() {
        bail!("the client does not compile");
    }
    Ok(target_dir.join(TARGET).join("wasm").join(format!("{NAME}.wasm")))
}

fn bindgen(wasm: &Path, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
}

/// What wasm-opt does beyond its usual. Nothing is kept at the lowest addresses (the stack ends there, and would have
/// to overflow first), and fresh memory is zero.
const SQUEEZE: [&str; 10] = [
    "-Oz",
    "--low-memory-unused",
    "--zero-filled-memory",
    "--flatten",
    "--rereloop",
    "--dfo",
    "-Oz",
    "-Oz",
    "--strip-debug",
    "--minify-imports-and-exports-and-modules",
];

/// Makes the wasm smaller, and gives the script the names that it has then.
fn optimize(wasm: &Path, script: &Path) -> Result<String> {
    let (version, names) = squeeze("wasm-opt", &SQUEEZE, "--output=", wasm)?;
    if !names.is_empty() {
        fs::write(script, names::shorten(&fs::read_to_string(script)?, &names)?)?;
    }
    Ok(version)
}

/// Puts what was built, and the style sheet, into `dist`.
fn publish(root: &Path, out: &Path) -> Result<BTreeMap<String, serde_json::Value>> {
    let dist = manifest::dist(root);
    fs::create_dir_all(&dist)?;
    let mut files = BTreeMap::new();
    for (name, from) in [
        (format!("{NAME}.js"), out.join(format!("{NAME}.js"))),
        (format!("{NAME}_bg.wasm"), out.join(format!("{NAME}_bg.wasm"))),
        ("client.css".to_owned(), out.join("client.css")),
    ] {
        fs::copy(&from, dist.join(&name)).with_context(|| from.display().to_string())?;
        files.insert(name.clone(), manifest::describe(&dist.join(&name))?);
    }
    Ok(files)
}
