//! Which files there are. What cannot be read is told, and is no reason to stop.

use crate::{
    Progress,
    allow::Allows,
    report::Unseen,
    rules::Rules,
    scan::{self, Scan},
};
use parking_lot::Mutex;
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use walkdir::{DirEntry, WalkDir};

/// Generated tables are larger than this; what somebody wrote is not.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// Deeper than anybody nests by hand, and shallow enough for the parser's stack.
const MOST_NESTED: usize = 200;

/// A parser goes down as deep as an expression is nested or chained. Only what is used of this is ever real.
const STACK: usize = 256 * 1024 * 1024;

/// A file that was read.
pub(crate) struct Source {
    /// From the root.
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    pub(crate) scan: Scan,
    pub(crate) allows: Allows,
}

#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) sources: Vec<Source>,
    pub(crate) unseen: Vec<Unseen>,
    pub(crate) files: usize,
    pub(crate) lines: usize,
}

/// What became of one file.
enum Read {
    Source(Box<Source>, usize),
    Dull(usize),
    Unseen(Unseen),
}

impl Tree {
    pub(crate) fn read(root: &Path, rules: &Rules, progress: &(dyn Fn(Progress) + Sync)) -> Self {
        let mut tree = Self::default();
        let paths = tree.paths(root);
        let (next, all) = (AtomicUsize::new(0), Mutex::new(vec![]));
        let work = || {
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                let read = read(root, path, rules);
                let mut all = all.lock();
                all.push(read);
                progress(Progress::Read(all.len(), paths.len()));
            }
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                let started = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
                drop(started);
            }
        });
        for read in all.into_inner() {
            tree.take(read);
        }
        tree.sources.sort_by(|a, b| a.file.cmp(&b.file));
        tree.unseen.sort();
        tree
    }

    fn take(&mut self, read: Read) {
        self.files += 1;
        match read {
            Read::Source(source, lines) => {
                self.lines += lines;
                self.sources.push(*source);
            }
            Read::Dull(lines) => self.lines += lines,
            Read::Unseen(unseen) => self.unseen.push(unseen),
        }
    }

    /// Links are not followed: what they lead to is elsewhere, or is seen where it stands, and no loop is endless.
    fn paths(&mut self, root: &Path) -> Vec<PathBuf> {
        let (mut paths, mut links) = (vec![], 0);
        let walk = WalkDir::new(root).follow_links(false).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|e| e.depth() == 0 || is_ours(e)) {
            match entry {
                Ok(e) if e.path_is_symlink() => links += 1,
                Ok(e) if e.file_type().is_file() && is_rust(e.path()) => paths.push(e.into_path()),
                Ok(_) => {}
                Err(error) => self.unseen.push(Unseen {
                    file: error.path().map(|p| relative(root, p)),
                    line: None,
                    why: format!("cannot be read: {}", cause(&error)),
                }),
            }
        }
        if links > 0 {
            let why = format!(
                "{links} symbolic {} not followed",
                plural(links, "link was", "links were")
            );
            self.unseen.push(Unseen { file: None, line: None, why });
        }
        paths
    }
}

fn cause(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(|| error.to_string(), ToString::to_string)
}

pub(crate) fn plural<'a>(n: usize, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "rs")
}

/// Not what a build made, and not what is hidden.
fn is_ours(e: &DirEntry) -> bool {
    let hidden = e.file_name().to_string_lossy().starts_with('.');
    let built = e.file_type().is_dir()
        && (e.file_name() == "target" || e.path().join("CACHEDIR.TAG").is_file());
    !hidden && !built
}

fn relative(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

fn read(root: &Path, path: &Path, rules: &Rules) -> Read {
    let file = relative(root, path);
    let unseen = |line, why| Read::Unseen(Unseen { file: Some(file.clone()), line, why });
    let text = match text(path) {
        Ok(text) => text,
        Err(why) => return unseen(None, why),
    };
    let lines = text.lines().count();
    if !scan::is_interesting(&text) {
        return Read::Dull(lines);
    }
    if depth(&text) > MOST_NESTED {
        return unseen(None, format!("is nested deeper than {MOST_NESTED} brackets"));
    }
    match catch_unwind(AssertUnwindSafe(|| scan::scan(&text, is_test(&file), rules))) {
        Ok(Ok(scan)) => {
            let allows = Allows::of(&text);
            Read::Source(Box::new(Source { file, text, scan, allows }), lines)
        }
        Ok(Err(e)) => {
            unseen(Some(e.span().start().line), format!("is no Rust that can be parsed: {e}"))
        }
        Err(_) => unseen(None, "could not be parsed".to_owned()),
    }
}

fn text(path: &Path) -> Result<String, String> {
    let unreadable = |e: std::io::Error| format!("cannot be read: {e}");
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        let (mib, most) = (bytes / 1024 / 1024, MOST_BYTES / 1024 / 1024);
        return Err(format!("is {mib} MiB large, and files over {most} MiB are not read"));
    }
    String::from_utf8(fs::read(path).map_err(unreadable)?)
        .map_err(|e| format!("is not UTF-8 (byte {})", e.utf8_error().valid_up_to()))
}

/// How deep brackets nest; those in texts and comments count too, which matters to nobody who writes by hand.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// By its folder, or as the file of `mod tests;`.
fn is_test(file: &Path) -> bool {
    const NAMES: [&str; 4] = ["tests", "test", "benches", "examples"];
    let stem = file.file_stem().unwrap_or_default();
    NAMES.iter().any(|name| stem == *name || file.iter().any(|part| part == *name))
}
