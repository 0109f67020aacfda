//! `cargo clippy` as a witness: it knows, for each call, which function it is.

use crate::{
    Progress,
    report::Types,
    rules::{Rule, Rules},
    scan::Spot,
};
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    fs,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// What clippy says of one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// It is one of the rule's calls.
    Confirmed,
    /// It looked, and it is none of them.
    Refuted,
    /// It did not look.
    Silent,
}

/// All it said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) types: Types,
    hits: HashMap<(PathBuf, usize, usize), HashSet<String>>,
    seen: HashSet<PathBuf>,
}

impl Answer {
    pub(crate) fn not_asked() -> Self {
        Self::of(Types::NotAsked)
    }

    fn of(types: Types) -> Self {
        Self { types, hits: HashMap::new(), seen: HashSet::new() }
    }

    pub(crate) fn is_known(&self) -> bool {
        !self.seen.is_empty()
    }

    pub(crate) fn about(&self, file: &Path, at: Spot, rule: &Rule) -> Word {
        let hit = self.hits.get(&(file.to_owned(), at.line, at.column));
        match hit {
            Some(paths) if rule.calls.iter().any(|c| paths.contains(&c.path)) => Word::Confirmed,
            _ if self.seen.contains(file) => Word::Refuted,
            _ => Word::Silent,
        }
    }
}

/// Asks about the package or workspace a path is in. Whatever goes wrong is an answer too.
pub(crate) fn ask(path: &Path, rules: &Rules, progress: &(dyn Fn(Progress) + Sync)) -> Answer {
    let Some(folder) = path.ancestors().find(|dir| dir.join("Cargo.toml").is_file()) else {
        return Answer::of(Types::Unknown("there is no Cargo.toml".to_owned()));
    };
    match clippy(folder, path == folder, rules, progress) {
        Ok(answer) => answer,
        Err(e) => Answer::of(Types::Unknown(format!("cargo clippy could not be run: {e}"))),
    }
}

fn clippy(
    folder: &Path,
    whole: bool,
    rules: &Rules,
    progress: &(dyn Fn(Progress) + Sync),
) -> io::Result<Answer> {
    let base = base(folder)?;
    let config = tempfile::tempdir()?;
    fs::write(config.path().join("clippy.toml"), questions(rules))?;
    let mut command = Command::new("cargo");
    command.args(["clippy", "--keep-going", "--quiet", "--message-format=json"]);
    command.args(whole.then_some("--workspace"));
    command.args([
        "--",
        "--cap-lints=warn",
        "-Aclippy::all",
        "--force-warn=clippy::disallowed_methods",
    ]);
    command.current_dir(folder).env("CLIPPY_CONF_DIR", config.path());
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut errors = child.stderr.take().expect("it is a pipe");
    let said = thread::spawn(move || {
        let mut said = String::new();
        errors.read_to_string(&mut said).map(|_| said)
    });
    let mut answer = Answer::of(Types::NotAsked);
    let mut units = 0;
    progress(Progress::Asked(units));
    for line in BufReader::new(child.stdout.take().expect("it is a pipe")).lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
        units += usize::from(message["reason"] == "compiler-artifact");
        progress(Progress::Asked(units));
        answer.hear(&message, &base);
    }
    let built = child.wait()?.success();
    let said = said.join().unwrap_or_else(|_| Ok(String::new()))?;
    answer.types = match (built, answer.seen.len()) {
        (true, files) => Types::Known(files),
        (false, 0) => Types::Unknown(first_error(&said)),
        (false, _) => Types::Partly(first_error(&said)),
    };
    Ok(answer)
}

fn first_error(said: &str) -> String {
    let line = said.lines().find(|l| l.starts_with("error")).or_else(|| said.lines().last());
    let line = line.unwrap_or("no reason was given");
    format!("it does not build here: {}", line.trim_start_matches("error: "))
}

/// The folder that file names are relative to.
fn base(folder: &Path) -> io::Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["locate-project", "--workspace", "--message-format=plain"]);
    let out = command.current_dir(folder).stdin(Stdio::null()).output()?;
    if !out.status.success() {
        let said = String::from_utf8_lossy(&out.stderr).trim().replace('\n', " ");
        return Err(io::Error::other(said.trim_start_matches("error: ").to_owned()));
    }
    let manifest = PathBuf::from(String::from_utf8_lossy(&out.stdout).trim());
    manifest.parent().unwrap_or(folder).canonicalize()
}

/// A `clippy.toml` that forbids all that we ask about.
fn questions(rules: &Rules) -> String {
    let mut text = "disallowed-methods = [\n".to_owned();
    for path in rules.paths() {
        writeln!(text, "  {{ path = {path:?}, allow-invalid = true }},").expect("it is a String");
    }
    text + "]\n"
}

impl Answer {
    fn hear(&mut self, message: &Value, base: &Path) {
        match message["reason"].as_str() {
            Some("compiler-artifact") => self.looked_at(message, base),
            Some("compiler-message") => self.hit(&message["message"], base),
            _ => {}
        }
    }

    fn hit(&mut self, message: &Value, base: &Path) {
        if message["code"]["code"] != "clippy::disallowed_methods" {
            return;
        }
        let path = message["message"].as_str().and_then(|m| m.split('`').nth(1));
        let spans = message["spans"].as_array().into_iter().flatten();
        for span in spans.filter(|span| span["is_primary"] == true) {
            let (Some(file), Some(path)) = (span["file_name"].as_str(), path) else { continue };
            let number =
                |key: &str| span[key].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let at = (base.join(file), number("line_start"), number("column_start"));
            self.hits.entry(at).or_default().insert(path.to_owned());
        }
    }

    /// The files a unit was made of, by what rustc wrote beside it.
    fn looked_at(&mut self, message: &Value, base: &Path) {
        let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let local =
            message["target"]["src_path"].as_str().is_some_and(|p| Path::new(p).starts_with(base));
        for file in files.filter(|_| local) {
            let file = Path::new(file);
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let notes =
                file.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(&stem)));
            let Ok(text) = fs::read_to_string(notes) else { continue };
            let sources =
                text.lines().filter_map(|l| l.strip_suffix(':')).filter(|l| l.ends_with(".rs"));
            self.seen.extend(sources.map(|file| base.join(file.replace("\\ ", " "))));
        }
    }
}
