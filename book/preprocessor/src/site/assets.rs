//! The page's client, xterm.js and the editor, under names that change with their content.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{fs, path::Path};
use still_running_protocol::{Assets, Xterm};

const CLIENT: &str = "server/client/dist";
const CLIENT_JS: &str = "still_running_client.js";
const XTERM: &str = "server/client/node_modules/@xterm";
const EDITOR: &str = "server/client/editor";
/// What the editor is without it: a text field.
const CODEMIRROR: &str = "./codemirror.mjs";

/// Copies what is there into `to`, the site's folder `client/`. Gives a line for each part that is not.
pub(crate) fn copy(root: &Path, to: &Path) -> Result<(Assets, Vec<String>)> {
    let (mut assets, mut notes) = (Assets::default(), vec![]);
    match root.join(CLIENT).join(CLIENT_JS).is_file() {
        true => client(&root.join(CLIENT), to, &mut assets)
            .context("the page's client could not be copied")?,
        false => notes.push(format!(
            "{CLIENT} has no client: pages are still. `cargo xtask client` builds it"
        )),
    }
    let xterm = root.join(XTERM);
    match xterm.join("xterm/lib/xterm.mjs").is_file() {
        true => assets.xterm = Some(copy_xterm(&xterm, to).context("xterm.js could not be copied")?),
        false => notes.push("xterm.js is not installed: terminals are plain text. `npm ci` in server/client gets it".to_owned()),
    }
    let editor = root.join(EDITOR);
    if editor.join("mine.mjs").is_file() {
        let (script, note) = copy_editor(&editor, to).context("the editor could not be copied")?;
        assets.editor = Some(script);
        notes.extend(note);
    }
    Ok((assets, notes))
}

/// All of the client. Its script names the other files, so it goes last, with their new names in it.
fn client(dist: &Path, to: &Path, assets: &mut Assets) -> Result<()> {
    let mut renamed: Vec<(String, String)> = vec![];
    for entry in fs::read_dir(dist)? {
        let (path, name) = {
            let e = entry?;
            (e.path(), e.file_name().to_string_lossy().into_owned())
        };
        if path.is_dir() {
            copy_tree(&path, &to.join(&name))?;
        } else if name.ends_with(".wasm") || name.ends_with(".css") {
            let new = put(&fs::read(&path)?, &name, to)?;
            if name.ends_with(".css") {
                assets.css = Some(format!("client/{new}"));
            }
            renamed.push((name, new));
        }
    }
    let script = fs::read_to_string(dist.join(CLIENT_JS))?;
    let script = renamed.iter().fold(script, |text, (old, new)| text.replace(old, new));
    assets.client = Some(format!("client/{}", put(script.as_bytes(), CLIENT_JS, to)?));
    Ok(())
}

/// The editor's script; it names CodeMirror's bundle, which `cargo xtask serve` makes.
fn copy_editor(from: &Path, to: &Path) -> Result<(String, Option<String>)> {
    let script = fs::read_to_string(from.join("mine.mjs"))?;
    let (bundle, note) = match fs::read(from.join("dist/codemirror.mjs")) {
        Ok(bundle) => (format!("./{}", put(&bundle, "codemirror.mjs", to)?), None),
        Err(_) => {
            let note = "CodeMirror is not bundled: the editor is a text field. `cargo xtask serve` bundles it, with npm";
            (String::new(), Some(note.to_owned()))
        }
    };
    let script = script.replace(CODEMIRROR, &bundle);
    Ok((format!("client/{}", put(script.as_bytes(), "mine.mjs", to)?), note))
}

fn copy_xterm(from: &Path, to: &Path) -> Result<Xterm> {
    let module = |file: &str| -> Result<String> {
        let text = fs::read_to_string(from.join(file))?;
        // Its source map stays behind.
        let kept: Vec<&str> =
            text.lines().filter(|l| !l.starts_with("//# sourceMappingURL=")).collect();
        let name = file.rsplit('/').next().unwrap_or(file);
        Ok(format!("client/{}", put(kept.join("\n").as_bytes(), name, to)?))
    };
    let css = put(&fs::read(from.join("xterm/css/xterm.css"))?, "xterm.css", to)?;
    Ok(Xterm {
        module: module("xterm/lib/xterm.mjs")?,
        fit: module("addon-fit/lib/addon-fit.mjs")?,
        css: format!("client/{css}"),
    })
}

/// Writes it under a name with its hash; gives that name.
pub(super) fn put(bytes: &[u8], name: &str, to: &Path) -> Result<String> {
    fs::create_dir_all(to)?;
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let hash: String = Sha256::digest(bytes).iter().take(5).map(|b| format!("{b:02x}")).collect();
    let name = format!("{stem}-{hash}.{extension}");
    fs::write(to.join(&name), bytes)?;
    Ok(name)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_tree(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
