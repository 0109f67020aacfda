//! What clippy says decides: confirmed is sure, refuted is gone. The crates asked about are stand-ins of a few lines.

use std::{fs, path::Path, process::Command};
use still_running_audit::{Level, Options, Report, Types, audit};
use tempfile::TempDir;

const MANIFEST: &str = "[workspace]\nmembers = [\"sqlx\", \"tokio\"]\n[package]\nname = \"app\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                        [dependencies]\nsqlx = { path = \"sqlx\" }\ntokio = { path = \"tokio\" }\n";

const TOKIO: &str = "
pub mod time { pub async fn timeout<F: Future>(_: u64, f: F) -> Result<F::Output, ()> { Ok(f.await) } }
pub mod task {
    pub struct JoinHandle;
    impl Future for JoinHandle {
        type Output = ();
        fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> { std::task::Poll::Ready(()) }
    }
    pub fn spawn<F: Future>(_: F) -> JoinHandle { JoinHandle }
}
pub use task::spawn;
pub mod io {
    pub struct Reader;
    pub trait AsyncBufReadExt { fn read_line(&mut self, _: &mut String) -> impl Future<Output = ()> { async {} } }
    impl AsyncBufReadExt for Reader {}
}
#[macro_export]
macro_rules! select { ($($p:pat = $f:expr => $h:expr),* $(,)?) => { $( let $p = $f.await; $h; )* } }
";

const SQLX: &str = "
pub struct Pool;
impl Pool { pub async fn begin(&self) {} }
";

const APP: &str = "
use tokio::{io::AsyncBufReadExt, time::timeout};

pub struct Mine;
impl Mine { pub async fn begin(&self) {} }
pub fn spawn<F: Future>(f: F) -> F { f }

pub async fn theirs(pool: &sqlx::Pool) { let _ = timeout(1, pool.begin()).await; }
pub async fn mine(pool: &Mine) { let _ = timeout(1, pool.begin()).await; }
pub async fn detached() { let _ = timeout(1, tokio::spawn(async {})).await; }
pub async fn attached() { let _ = timeout(1, spawn(async {})).await; }
pub async fn lines(peer: &mut tokio::io::Reader, line: &mut String) {
    loop {
        tokio::select! {
            _ = peer.read_line(line) => {},
            _ = async {} => {},
        }
    }
}
";

fn crate_with(app: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("it is in the folder")).expect("there is room");
        fs::write(file, text).expect("there is room");
    };
    write("Cargo.toml", MANIFEST);
    write("src/lib.rs", app);
    for (name, text) in [("tokio", TOKIO), ("sqlx", SQLX)] {
        write(
            &format!("{name}/Cargo.toml"),
            &format!("[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n"),
        );
        write(&format!("{name}/src/lib.rs"), text);
    }
    folder
}

fn look(folder: &Path) -> Report {
    audit(folder, Options { types: true }, &|_| {}).expect("there is a source")
}

fn has_clippy() -> bool {
    Command::new("cargo")
        .args(["clippy", "--version"])
        .output()
        .is_ok_and(|out| out.status.success())
}

fn found(report: &Report) -> Vec<(&str, &str, Level)> {
    report.findings.iter().map(|f| (f.function.as_str(), f.rule.as_str(), f.level)).collect()
}

#[test]
fn what_types_confirm_is_sure_and_what_they_refute_is_gone() {
    if !has_clippy() {
        return eprintln!("there is no clippy here");
    }
    let folder = crate_with(APP);
    let report = look(folder.path());
    let sure = [
        ("theirs", "transaction-cut", Level::Sure),
        ("detached", "task-outlives-timeout", Level::Sure),
        ("lines", "cut-in-the-middle", Level::Sure),
    ];
    assert_eq!(found(&report), sure, "{report:#?}");
    assert!(matches!(report.seen.types, Types::Known(_)), "{:?}", report.seen.types);
    assert_eq!(report.exit_code(), 10);
}

/// As in the lab `deaf-sleeper`: by its name alone `recv` may be the async one.
#[test]
fn a_wait_for_a_channel_of_std_is_seen_by_its_type_alone() {
    if !has_clippy() {
        return eprintln!("there is no clippy here");
    }
    let of = |channel: &str| {
        let folder = crate_with(&format!(
            "pub async fn price(answer: {channel}::Receiver<u64>) -> Option<u64> {{ answer.recv().ok() }}\n\
             pub mod other {{ pub struct Receiver<T>(pub T); impl<T> Receiver<T> {{ pub fn recv(self) -> Result<T, ()> {{ Ok(self.0) }} }} }}\n"
        ));
        let report = look(folder.path());
        report.findings.iter().map(|f| (f.rule.clone(), f.level)).collect::<Vec<_>>()
    };
    assert_eq!(of("std::sync::mpsc"), [("blocks-the-runtime".to_owned(), Level::Sure)]);
    assert_eq!(of("other"), []);
}

#[test]
fn a_crate_that_does_not_build_is_read_all_the_same_and_nothing_is_sure() {
    if !has_clippy() {
        return eprintln!("there is no clippy here");
    }
    let folder = crate_with(&format!("{APP}\npub fn broken() -> Nothing {{ }}\n"));
    let report = look(folder.path());
    assert!(
        found(&report).len() >= 3 && found(&report).iter().all(|f| f.2 < Level::Sure),
        "{report:#?}"
    );
    let (Types::Unknown(why) | Types::Partly(why)) = &report.seen.types else {
        panic!("{report:#?}")
    };
    assert!(why.starts_with("it does not build here: "), "{why}");
    assert_eq!(report.exit_code(), 11);
}
