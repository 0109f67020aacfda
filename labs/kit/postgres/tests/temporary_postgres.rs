//! A cluster starts, answers, and is gone with its files, however its owner ends.

mod home;

use home::{alive, entries, home, open_to_all, soon};
use labkit_postgres::{BIN_ENV, Cluster, Error, HOW_TO_INSTALL, HOW_TO_START, KEEPER_ARG, Pair};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_temporary-postgres");

#[test]
fn a_cluster_answers_and_is_gone_with_its_files_when_it_is_dropped() {
    let Some(home) = home() else { return };
    let cluster = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let addr = address(cluster.url());
    assert!(answers(addr), "nothing answers at {addr}");
    assert_eq!(versions(home.path()), 1, "one data folder is there");

    drop(cluster);
    assert_gone(addr, home.path());
}

#[test]
fn a_cluster_is_gone_after_its_owner_was_killed() {
    let Some(home) = home() else { return };
    let mut owner = owner(&home);
    let addr = address(&first_line(&mut owner));
    assert!(answers(addr), "nothing answers at {addr}");

    owner.kill().unwrap();
    owner.wait().unwrap();
    assert_gone(addr, home.path());
}

#[test]
fn a_cluster_whose_owner_is_killed_while_it_starts_is_gone_as_well() {
    let Some(home) = home() else { return };
    let mut owner = owner(&home);
    assert!(soon(|| entries(home.path()) > 0), "the keeper never began");
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(soon(|| entries(home.path()) == 0), "its files are still there");
}

#[test]
fn who_leaves_while_the_files_are_made_does_not_wait_for_a_server() {
    let Some(home) = home() else { return };
    let mut owner = owner(&home);
    assert!(soon(|| alive("initdb", home.path()) > 0), "the files are being made");
    let start = Instant::now();
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(soon(|| alive("", home.path()) == 0 && entries(home.path()) == 0));
    assert!(start.elapsed() < Duration::from_millis(900), "{:?}", start.elapsed());
}

#[test]
fn a_server_that_was_stopped_ends_all_the_same() {
    let Some(home) = home() else { return };
    let cluster = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let addr = address(cluster.url());
    signal("STOP", &postmaster(home.path()));
    let start = Instant::now();
    drop(cluster);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_gone(addr, home.path());
}

#[test]
fn a_server_that_dies_is_seen_to_be_gone() {
    let Some(home) = home() else { return };
    let mut cluster = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    assert!(cluster.is_up());
    signal("KILL", &postmaster(home.path()));
    assert!(soon(|| !cluster.is_up()));
    assert_eq!(entries(home.path()), 0, "its files went with it");
}

#[test]
fn a_server_that_has_something_to_say_stays() {
    let Some(home) = home() else { return };
    let mut cluster = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let addr = address(cluster.url());
    for _ in 0..10 {
        let mut stream = TcpStream::connect(addr).unwrap();
        // No version it knows: it says so in its log.
        stream.write_all(&[0, 0, 0, 8, 0, 1, 0, 0]).unwrap();
        drop(stream.read_to_end(&mut vec![]));
    }
    assert!(cluster.is_up() && answers(addr));
}

#[test]
fn what_a_killed_keeper_left_is_swept_by_the_next() {
    let Some(home) = home() else { return };
    let kept = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let left = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let (kept_addr, left_addr) = (address(kept.url()), address(left.url()));
    signal("KILL", &keeper_of(left_addr));
    assert!(answers(left_addr), "nobody ended it");

    let next = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    assert!(TcpStream::connect(left_addr).is_err(), "{left_addr} still takes connections");
    assert!(answers(kept_addr) && answers(address(next.url())), "those with a keeper stay");
    assert_eq!(entries(home.path()), 2);
}

#[test]
fn several_clusters_start_at_once() {
    let Some(home) = home() else { return };
    let clusters: Vec<Cluster> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap()))
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let mut addrs: Vec<_> = clusters.iter().map(|c| address(c.url())).collect();
    assert!(addrs.iter().all(|addr| answers(*addr)));
    addrs.sort();
    addrs.dedup();
    assert_eq!(addrs.len(), 3, "each has a port of its own");
}

#[test]
fn a_standby_outlives_its_primary_and_both_are_gone_when_the_pair_is_dropped() {
    let Some(home) = home() else { return };
    let pair = Pair::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let (primary, standby) = (address(pair.primary()), address(pair.standby()));
    assert!(answers(primary) && answers(standby));

    pair.end_primary().unwrap();
    assert!(soon(|| TcpStream::connect(primary).is_err()), "it still takes connections");
    assert!(answers(standby), "the other one went with it");
    drop(pair);
    assert_gone(standby, home.path());
}

#[test]
fn what_is_left_of_files_that_were_being_made_is_swept_too() {
    let Some(home) = home() else { return };
    let left = home.path().join("still-running-pg-left");
    fs::create_dir_all(left.join("data")).unwrap();
    fs::write(left.join("lock"), "").unwrap();
    // As `initdb` writes it, with a number that no process has.
    fs::write(left.join("data/postmaster.pid"), "-2147483647\n").unwrap();
    let cluster = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    assert!(answers(address(cluster.url())) && !left.exists());
}

#[test]
fn what_a_killed_keeper_left_of_a_pair_is_swept_by_the_next() {
    let Some(home) = home() else { return };
    let left = Pair::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    let (primary, standby) = (address(left.primary()), address(left.standby()));
    signal("KILL", &keeper_of(primary));
    let next = Cluster::start(in_home(&home, &[KEEPER_ARG])).unwrap();
    assert!(answers(address(next.url())));
    for addr in [primary, standby] {
        assert!(TcpStream::connect(addr).is_err(), "{addr} still takes connections");
    }
    assert_eq!(entries(home.path()), 1);
}

#[test]
fn where_there_is_none_it_says_what_to_install() {
    let empty = tempfile::tempdir().unwrap();
    let run = Command::new(PROGRAM).env(BIN_ENV, empty.path()).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(!run.status.success());
    assert_eq!(said.trim(), format!("{}; {HOW_TO_INSTALL}", Error::NotFound));
}

#[test]
fn a_server_that_does_not_start_says_why() {
    let Some(home) = home() else { return };
    let bin = tempfile::tempdir().unwrap();
    for name in ["initdb", "postgres"] {
        fs::write(bin.path().join(name), "#!/bin/sh\necho this one is broken >&2\nexit 1\n")
            .unwrap();
        fs::set_permissions(bin.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    open_to_all(bin.path());
    let run = in_home(&home, &[]).env(BIN_ENV, bin.path()).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("did not start: initdb: this one is broken"), "{said}");
    assert!(said.contains(HOW_TO_START) && !said.contains("apt-get"), "it is installed: {said}");
    assert_eq!(entries(home.path()), 0, "its files are still there");
}

fn in_home(home: &TempDir, args: &[&str]) -> Command {
    let mut program = Command::new(PROGRAM);
    program.args(args).env("TMPDIR", home.path());
    program
}

/// A process of its own that holds a cluster until its standard input closes.
fn owner(home: &TempDir) -> Child {
    in_home(home, &[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line
}

fn address(url: &str) -> SocketAddr {
    url.split(['@', '/']).find_map(|part| part.parse().ok()).unwrap_or_else(|| panic!("{url:?}"))
}

/// Asks for TLS, in PostgreSQL's own words; one built without it or not set up for it answers `N`.
fn answers(addr: SocketAddr) -> bool {
    let ask = || -> std::io::Result<u8> {
        let mut stream = TcpStream::connect(addr)?;
        stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        Ok(answer[0])
    };
    matches!(ask(), Ok(b'N' | b'S'))
}

fn assert_gone(addr: SocketAddr, home: &Path) {
    assert!(soon(|| TcpStream::connect(addr).is_err()), "{addr} still takes connections");
    assert!(soon(|| entries(home) == 0), "its files are still there");
}

/// How many data folders a server has filled in here.
fn versions(home: &Path) -> usize {
    let dirs = fs::read_dir(home).unwrap().flatten();
    dirs.filter(|dir| dir.path().join("data/PG_VERSION").is_file()).count()
}

/// The number of the only server in this folder.
fn postmaster(home: &Path) -> String {
    let mut homes = fs::read_dir(home).unwrap().flatten();
    let file = fs::read_to_string(homes.next().unwrap().path().join("data/postmaster.pid"));
    file.unwrap().lines().next().unwrap().to_owned()
}

/// The parent of the server that listens there.
fn keeper_of(addr: SocketAddr) -> String {
    let port = format!("-p\0{}\0", addr.port());
    let server = fs::read_dir("/proc").unwrap().flatten().find(|process| {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&port)
    });
    let status = fs::read_to_string(server.unwrap().path().join("status")).unwrap();
    status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap().trim().to_owned()
}

fn signal(name: &str, pid: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), pid]).status().unwrap();
    assert!(sent.success());
}
