//! Short names for what script and wasm take from each other: wasm-bindgen's are long, and the wasm holds each with
//! the module it is from. wasm-opt gives the short ones; here the script gets them too.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The script with the short names of `map`, as wasm-opt prints it. It fails where a name is not found where
/// wasm-bindgen writes it: then script and wasm would not fit together.
pub fn shorten(script: &str, map: &str) -> Result<String> {
    let map: Value = serde_json::from_str(map).context("wasm-opt says no names")?;
    let mut script = script.to_owned();
    for import in list(&map, "imports")? {
        let (module, name, short) = (word(&import[0])?, word(&import[1])?, word(&import[2])?);
        let module = format!("\"{module}\": import0");
        script = script.replace(&module, "\"a\": import0");
        ensure!(script.contains("\"a\": import0"), "no {module} in the script");
        let key = format!("        {name}: ");
        ensure!(script.matches(&key).count() == 1, "not one import {name} in the script");
        script = script.replace(&key, &format!("        {short}: "));
    }
    for export in list(&map, "exports")? {
        script = renamed(&script, word(&export[0])?, word(&export[1])?);
    }
    Ok(script)
}

/// An export has the same name wherever it is used, and some are not used at all.
fn renamed(script: &str, name: &str, short: &str) -> String {
    let whole = format!("wasm.{name}");
    let mut parts = script.split(&whole);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let longer = part.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        out += "wasm.";
        out += if longer { name } else { short };
        out += part;
    }
    out
}

fn list<'a>(map: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    map[key].as_array().with_context(|| format!("no {key} among wasm-opt's names"))
}

fn word(value: &Value) -> Result<&str> {
    value.as_str().context("a name is a word")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "start() { wasm.start(); wasm.started(); wasm.memory.x }
    const import0 = {
        __wbg_log_12: function(a) { wasm.memory },
    };
    return { \"./x_bg.js\": import0 };";

    #[test]
    fn every_name_is_short_in_the_script_too() {
        let map = r#"{"imports":[["./x_bg.js","__wbg_log_12","$"]],"exports":[["start","b"],["memory","c"]]}"#;
        let short = shorten(SCRIPT, map).unwrap();
        assert!(short.contains("wasm.b(); wasm.started(); wasm.c.x"), "{short}");
        assert!(short.contains("        $: function(a) { wasm.c }"), "{short}");
        assert!(short.contains("\"a\": import0"), "{short}");
    }

    #[test]
    fn a_script_without_an_import_is_refused() {
        let map = r#"{"imports":[["./x_bg.js","__wbg_gone_12","$"]],"exports":[]}"#;
        assert!(shorten(SCRIPT, map).is_err() && shorten(SCRIPT, "").is_err());
    }
}
