//! Whatever stands in a folder: a sentence, never a crash, and all the rest is looked at all the same.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::Mutex,
};
use still_running_audit::{Options, Progress, Report, Types, Unusable, audit};
use tempfile::TempDir;

/// A place that is found in every one of these folders, however broken the rest is.
const FLAGGED: &str = "async fn f() {\n    std::thread::sleep(PAUSE);\n}\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room");
    fs::write(folder.path().join("flagged.rs"), FLAGGED).expect("there is room");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("there is room");
    }
    folder
}

fn look(folder: &Path) -> Report {
    audit(folder, Options { types: false }, &|_| {}).expect("there is a source")
}

/// The one thing that was not seen.
fn unseen(report: &Report) -> (Option<PathBuf>, Option<usize>, &str) {
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    let [unseen] = &report.unseen[..] else { panic!("{:?}", report.unseen) };
    (unseen.file.clone(), unseen.line, &unseen.why)
}

#[test]
fn a_syntax_error_costs_its_file_alone_and_its_line_is_told() {
    let folder = folder(&[("broken.rs", b"async fn a() {}\nasync fn b( {\n")]);
    let report = look(folder.path());
    let (file, line, why) = unseen(&report);
    assert_eq!((file, line), (Some("broken.rs".into()), Some(2)));
    assert!(why.starts_with("is no Rust that can be parsed"), "{why}");
}

#[test]
fn bytes_that_are_not_utf_8_cost_their_file_alone() {
    let folder = folder(&[("latin.rs", b"// async caf\xe9\n")]);
    assert_eq!(unseen(&look(folder.path())).2, "is not UTF-8 (byte 12)");
}

#[test]
fn a_file_of_50_megabytes_is_named_and_not_read() {
    let folder = folder(&[]);
    let file = fs::File::create(folder.path().join("huge.rs")).expect("there is room");
    file.set_len(50 * 1024 * 1024).expect("a sparse file");
    let report = look(folder.path());
    assert_eq!(unseen(&report).2, "is 50 MiB large, and files over 8 MiB are not read");
}

#[test]
fn what_is_nested_beyond_reason_is_named_and_not_parsed() {
    let deep = format!("async fn f() {{ {}1{} }}", "(".repeat(100_000), ")".repeat(100_000));
    let folder = folder(&[("deep.rs", deep.as_bytes())]);
    assert_eq!(unseen(&look(folder.path())).2, "is nested deeper than 200 brackets");
}

#[test]
fn a_chain_of_a_hundred_thousand_operands_does_not_overflow() {
    let long = format!("async fn f() -> u64 {{ 1{} }}", "+1".repeat(100_000));
    let folder = folder(&[("long.rs", long.as_bytes())]);
    let report = look(folder.path());
    assert!(report.unseen.is_empty() && report.findings.len() == 1, "{:?}", report.unseen);
}

#[test]
fn a_loop_of_links_is_not_followed() {
    let folder = folder(&[]);
    symlink(folder.path(), folder.path().join("again")).expect("links can be made");
    assert_eq!(unseen(&look(folder.path())).2, "1 symbolic link was not followed");
}

#[test]
fn a_file_that_may_not_be_read_costs_itself_alone() {
    let folder = folder(&[("secret.rs", b"async fn f() {}")]);
    let file = folder.path().join("secret.rs");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("it is ours");
    if fs::read(&file).is_ok() {
        return; // root reads everything
    }
    assert!(unseen(&look(folder.path())).2.starts_with("cannot be read: "));
}

#[test]
fn a_folder_that_may_not_be_written_is_read_and_left_as_it_was() {
    let folder = folder(&[(
        "Cargo.toml",
        b"[package]\nname = \"f\"\nversion = \"0.0.0\"\n[lib]\npath = \"flagged.rs\"\n",
    )]);
    let only = |mode| {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).expect("it is ours")
    };
    only(0o555);
    let report = look(folder.path());
    only(0o755);
    assert_eq!((report.findings.len(), report.unseen.len()), (1, 0));
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2);
}

#[test]
fn without_a_manifest_there_are_no_types_and_a_reason() {
    let folder = folder(&[]);
    let report = audit(folder.path(), Options { types: true }, &|_| {}).expect("there is a source");
    assert_eq!(report.seen.types, Types::Unknown("there is no Cargo.toml".to_owned()));
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn a_manifest_that_cargo_refuses_costs_the_types_alone() {
    let folder = folder(&[("Cargo.toml", b"[package\n")]);
    let report = audit(folder.path(), Options { types: true }, &|_| {}).expect("there is a source");
    assert!(
        matches!(&report.seen.types, Types::Unknown(why) if why.contains("Cargo.toml")),
        "{:?}",
        report.seen.types
    );
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn nothing_to_look_at_is_an_error_that_says_so() {
    let empty = tempfile::tempdir().expect("there is room");
    let no = |path: &Path| audit(path, Options { types: false }, &|_| {}).unwrap_err();
    assert!(matches!(no(empty.path()), Unusable::Empty(_)));
    assert!(matches!(no(&empty.path().join("gone")), Unusable::Path { .. }));
}

#[test]
fn progress_counts_up_to_all_files_those_that_cannot_be_read_included() {
    let folder = folder(&[("broken.rs", b"async fn ("), ("dull.rs", b"fn f() {}")]);
    let told = Mutex::new(vec![]);
    let tell = |at| told.lock().expect("nobody panicked").push(at);
    audit(folder.path(), Options { types: false }, &tell).expect("there is a source");
    let told = told.into_inner().expect("nobody panicked");
    assert_eq!(told, [1, 2, 3].map(|n| Progress::Read(n, 3)));
}
