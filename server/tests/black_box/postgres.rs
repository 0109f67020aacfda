//! PostgreSQL for labs: the reader's own server is left as it was, a temporary one comes back and goes with us.

use crate::support::{Server, Viewer, eventually, labs, seconds, signal};
use labkit_postgres::Cluster;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command, time::Instant};
use tempfile::TempDir;
use tokio::net::TcpStream;

const PROGRAM: &str = env!("CARGO_BIN_EXE_still-running");

/// `still-running` with a lab that uses PostgreSQL; its temporary files are in `home`.
fn program(home: &TempDir, command: &str, folder: &TempDir) -> Command {
    // A server that steps down from root must reach it.
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mut program = Command::new(PROGRAM);
    program.arg(command).arg("--labs").arg(folder.path());
    program.env_remove("DATABASE_URL").env("TMPDIR", home.path());
    program
}

struct Place {
    home: TempDir,
    folder: TempDir,
}

impl Place {
    /// None on a machine without PostgreSQL.
    fn new() -> Option<Self> {
        let here = labkit_postgres::find().is_some();
        here.then(|| Self { home: tempfile::tempdir().unwrap(), folder: labs(&["needy"]) })
    }

    fn serve(&self, url: Option<&str>) -> Command {
        let mut serve = program(&self.home, "serve", &self.folder);
        serve.args(["--addr", "127.0.0.1:0"]).envs(url.map(|url| ("DATABASE_URL", url)));
        serve
    }

    /// A run that needs PostgreSQL says which server it cannot use, why, and the one thing to do.
    fn assert_named_with_the_way_out(&self, url: &str, why: &str) {
        let mut run = program(&self.home, "run", &self.folder);
        run.args(["needy", "--case", "postgres"]).env("DATABASE_URL", url);
        let said = run.output().unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(said.starts_with("none: the PostgreSQL that DATABASE_URL names"), "{url}: {said}");
        assert!(said.contains(why) && said.contains("unset DATABASE_URL"), "{url}: {said}");
    }

    fn servers(&self) -> usize {
        fs::read_dir(self.home.path()).unwrap().count()
    }
}

/// A server of the reader's own.
async fn own_server() -> (Cluster, PgConnection) {
    let mut keeper = Command::new(PROGRAM);
    keeper.arg(labkit_postgres::KEEPER_ARG);
    let cluster = Cluster::start(keeper).unwrap();
    let connection = PgConnection::connect(cluster.url()).await.unwrap();
    (cluster, connection)
}

/// Databases, tables and queries that labs made there.
async fn left(db: &mut PgConnection) -> (i64, i64, i64) {
    sqlx::query_as(
        "select (select count(*) from pg_database where datname like 'still\\_running\\_%'),
                (select count(*) from pg_tables where schemaname = 'public'),
                (select count(*) from pg_stat_activity where query like '%pg_sleep(600)' and pid <> pg_backend_pid())",
    )
    .fetch_one(db)
    .await
    .unwrap()
}

async fn start(server: &Server) -> (String, Viewer) {
    let asked = json!({ "lab": "needy", "variant": "buggy", "knobs": { "case": "postgres" } });
    let answer = server.post(&asked).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let viewer = server.watch(&id).await;
    (id, viewer)
}

/// What the lab says once it is at it.
async fn first_line(viewer: &mut Viewer) -> String {
    let mut said = vec![];
    while !said.ends_with(b"\n") {
        said.extend(viewer.read_bytes(1).await);
    }
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn a_run_on_the_readers_own_server_leaves_nothing_there_however_it_ends() {
    let Some(place) = Place::new() else { return };
    let (own, mut db) = own_server().await;
    let (mut server, log) = Server::with_log(place.serve(Some(own.url())));
    let (id, mut viewer) = start(&server).await;
    let said = first_line(&mut viewer).await;
    assert!(said.contains("/still_running_") && said.contains("DATABASE_URL names"), "{said}");
    eventually("the query is on", seconds(5), async || left(&mut db).await == (1, 0, 1)).await;

    server.ask(&format!("DELETE /api/runs/{id}")).await;
    assert_eq!(left(&mut db).await, (0, 0, 0), "a run that was stopped is over when all is gone");

    let (_, mut viewer) = start(&server).await;
    first_line(&mut viewer).await;
    server.signal("KILL");
    server.wait();
    eventually("nothing is left", seconds(5), async || left(&mut db).await == (0, 0, 0)).await;
    let log = log.join().unwrap();
    assert!(log.contains("DATABASE_URL names, at 127.0.0.1:"), "it was said before: {log}");
    assert_eq!(place.servers(), 0, "no server of our own was started");
}

#[tokio::test]
async fn a_database_whose_keeper_was_killed_is_swept_by_the_next() {
    let Some(place) = Place::new() else { return };
    let (own, mut db) = own_server().await;
    sqlx::query("create database still_running_0123456789abcdef").execute(&mut db).await.unwrap();
    sqlx::query("create database still_running_notes").execute(&mut db).await.unwrap();
    let server = Server::from(place.serve(Some(own.url())));
    let (_, mut viewer) = start(&server).await;
    first_line(&mut viewer).await;
    let names: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where datname like 'still%' order by length(datname)",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    assert_eq!((names.len(), names[0].as_str()), (2, "still_running_notes"), "{names:?}");
    assert_ne!(names[1], "still_running_0123456789abcdef");
}

#[tokio::test]
async fn a_server_that_cannot_be_used_is_named_and_what_to_do() {
    let Some(place) = Place::new() else { return };
    // One that takes the connection and says nothing, one that nobody listens at, one without that user.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (own, _db) = own_server().await;
    let nobody = own.url().replace("postgres:", "nobody:").replace("nobody://", "postgres://");
    for (url, why) in [
        (format!("postgres://a@{}/b", silent.local_addr().unwrap()), "no answer in 5 s"),
        (format!("postgres://a@{gone}/b"), "refused"),
        (nobody, "password authentication failed"),
        (format!("{}?sslmode=require", own.url()), "TLS"),
    ] {
        place.assert_named_with_the_way_out(&url, why);
    }
}

#[tokio::test]
async fn a_server_that_may_only_be_read_is_named_and_left_as_it_was() {
    let Some(place) = Place::new() else { return };
    let (own, mut db) = own_server().await;
    sqlx::query("create role reader login password 'reader'").execute(&mut db).await.unwrap();
    let (_, address) = own.url().split_once('@').unwrap();
    let reader = format!("postgres://reader:reader@{address}");
    place.assert_named_with_the_way_out(&reader, "permission denied to create database");
    // As a standby answers, and a managed server whose disk is full.
    let read_only = format!("{}?options=-c%20default_transaction_read_only%3Don", own.url());
    place.assert_named_with_the_way_out(&read_only, "read-only transaction");
    assert_eq!(left(&mut db).await, (0, 0, 0));
}

#[tokio::test]
async fn a_temporary_server_that_dies_is_started_again_for_the_next_run() {
    let Some(place) = Place::new() else { return };
    let server = Server::from(place.serve(None));
    let (_, mut viewer) = start(&server).await;
    let first = first_line(&mut viewer).await;
    assert!(first.starts_with("postgres://"), "{first}");
    signal("KILL", postmaster(place.home.path()));
    // A signal is only sent when that returns; until the process is gone its port still takes connections.
    let addr = first.split(['@', '/']).find(|part| part.starts_with("127.0.0.1:")).unwrap();
    eventually("its port is closed", seconds(10), async || TcpStream::connect(addr).await.is_err())
        .await;
    let (_, mut viewer) = start(&server).await;
    let second = first_line(&mut viewer).await;
    assert!(second.starts_with("postgres://") && second != first, "{second}");
}

#[tokio::test]
async fn a_temporary_server_that_was_stopped_does_not_hold_up_the_end() {
    let Some(place) = Place::new() else { return };
    let mut server = Server::from(place.serve(None));
    let (_, mut viewer) = start(&server).await;
    first_line(&mut viewer).await;
    signal("STOP", postmaster(place.home.path()));
    let start = Instant::now();
    server.signal("TERM");
    assert!(server.wait().success());
    assert!(start.elapsed() < seconds(2), "{:?}", start.elapsed());
    eventually("its files are gone", seconds(5), async || place.servers() == 0).await;
}

#[tokio::test]
async fn who_leaves_while_a_temporary_server_starts_leaves_nothing() {
    let Some(place) = Place::new() else { return };
    let mut server = Server::from(place.serve(None));
    eventually("it starts", seconds(10), async || place.servers() == 1).await;
    let start = Instant::now();
    server.signal("TERM");
    assert!(server.wait().success());
    eventually("its files are gone", seconds(2), async || place.servers() == 0).await;
    assert!(start.elapsed() < seconds(2), "{:?}", start.elapsed());
}

/// The number of the only server in this folder.
fn postmaster(home: &Path) -> u32 {
    let home = fs::read_dir(home).unwrap().next().unwrap().unwrap().path();
    let file = fs::read_to_string(home.join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().parse().unwrap()
}
