//! The programs behind the verdicts on the article's claims (`labs/go`) still see what its pages say. They run where Go is;
//! those that need libraries, where Debian's packages of them are.

use labkit_postgres::{Cluster, KEEPER_ARG};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where Debian's packages of Go libraries are.
const LIBRARIES: &str = "/usr/share/gocode";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The folders of `labs/go` by name, and whether each needs libraries.
fn programs() -> Vec<(String, bool)> {
    let all = fs::read_dir(root().join("labs/go")).unwrap().map(|entry| entry.unwrap());
    let mut all: Vec<_> = all
        .filter(|entry| entry.path().is_dir())
        .map(|entry| {
            let source = fs::read_to_string(entry.path().join("main.go")).unwrap();
            (entry.file_name().into_string().unwrap(), source.contains("\n// needs: golang-"))
        })
        .collect();
    all.sort();
    all
}

fn file(name: &str, file: &str) -> PathBuf {
    Path::new("labs/go").join(name).join(file)
}

fn recorded(name: &str) -> String {
    fs::read_to_string(root().join(file(name, "output.txt"))).unwrap()
}

/// The claims of an output, line by line.
fn claims(output: &str) -> Vec<&str> {
    let claims = output.lines().filter(|l| l.starts_with('C') && l.get(4..).is_some());
    claims.map(|l| &l[..3]).collect()
}

fn go_is_here() -> bool {
    let here = Command::new("go").arg("version").output().is_ok_and(|go| go.status.success());
    if !here {
        eprintln!("skipped: there is no Go here (Debian, Ubuntu: apt-get install golang-go)");
    }
    here
}

/// Runs a program and says what is wrong with what it saw, if anything.
fn run(name: &str, go: &mut Command) -> Option<String> {
    let ran = go.arg("run").arg(file(name, "main.go")).current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let as_ever = ran.status.success() && claims(&said) == claims(&recorded(name));
    (!as_ever).then(|| format!("{name}: {said}{}", String::from_utf8_lossy(&ran.stderr)))
}

#[test]
fn each_go_program_has_its_command_and_what_it_printed() {
    let all = programs();
    assert!(all.len() >= 14, "{all:?}");
    for (name, libraries) in all {
        let output = recorded(&name);
        let command = format!("go run {}", file(&name, "main.go").display());
        let first = output.lines().next().unwrap();
        assert!(first.starts_with("$ ") && first.ends_with(&command), "{name}: {first}");
        assert_eq!(first.contains(&format!("GOPATH={LIBRARIES}")), libraries, "{name}: {first}");
        assert!(output.lines().nth(1).unwrap().starts_with("go1."), "{name}: no version");
        assert!(!claims(&output).is_empty() && !output.contains(" NOT "), "{name}: {output}");
    }
}

#[test]
fn go_programs_of_the_standard_library_see_what_the_pages_say() {
    if !go_is_here() {
        return;
    }
    let alone = programs().into_iter().filter(|(_, libraries)| !libraries);
    let wrong: Vec<_> = alone.filter_map(|(name, _)| run(&name, &mut Command::new("go"))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn go_programs_with_libraries_see_what_the_pages_say() {
    let needed = ["google.golang.org/grpc", "github.com/jackc/pgx", "github.com/jmoiron/sqlx"];
    if !go_is_here() {
        return;
    }
    if !needed.iter().all(|l| Path::new(LIBRARIES).join("src").join(l).is_dir()) {
        eprintln!(
            "skipped: apt-get install golang-google-grpc-dev golang-github-jackc-pgx-v4-dev \
             golang-github-lib-pq-dev golang-github-jmoiron-sqlx-dev"
        );
        return;
    }
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_still-running"));
    keeper.arg(KEEPER_ARG);
    let database = Cluster::start(keeper).map_err(|why| eprintln!("skipped postgres: {why}")).ok();
    let mut wrong = vec![];
    for (name, _) in programs().into_iter().filter(|(_, libraries)| *libraries) {
        let mut go = Command::new("go");
        go.env("GO111MODULE", "off").env("GOPATH", LIBRARIES);
        match (&database, name.as_str()) {
            (None, "postgres") => continue,
            (Some(database), _) => drop(go.env("DATABASE_URL", database.url())),
            (None, _) => {}
        }
        wrong.extend(run(&name, &mut go));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
