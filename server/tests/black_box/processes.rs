//! Whatever ends a run, its whole process tree ends too.

use crate::support::{Server, Tag, eventually, labs, seconds};
use std::{fs, process::Command};
use still_running_protocol::{Reason, ToServer};

#[tokio::test]
async fn stop_ends_the_whole_tree() {
    let (server, tag) = (Server::start(&[]), Tag::new());
    let id = server.run_family(tag).await;
    let mut viewer = server.watch(&id).await;
    viewer.send(&ToServer::Stop).await;
    let (_, exit) = viewer.read_to_end().await;
    assert_eq!((exit.reason, exit.signal.as_deref()), (Reason::Stopped, Some("SIGKILL")));
    assert_eq!(tag.alive(), 0, "when the run has ended nothing of it is left");
}

#[tokio::test]
async fn what_a_stopped_run_leaves_of_a_database_goes_with_it() {
    let (folder, home) = (labs(&["fixture"]), tempfile::tempdir().unwrap());
    let mut serve = Command::new(env!("CARGO_BIN_EXE_still-running"));
    serve.args(["serve", "--addr", "127.0.0.1:0", "--labs"]).arg(folder.path());
    serve.env("TMPDIR", home.path());
    let (server, tag) = (Server::from(serve), Tag::new());
    let id = server.run_family(tag).await;
    // As the keeper of a PostgreSQL has it, when it is killed with the run: its lock is nobody's.
    let left = home.path().join("still-running-pg-left");
    fs::create_dir_all(left.join("data")).unwrap();
    fs::write(left.join("lock"), "").unwrap();
    assert_eq!(server.ask(&format!("DELETE /api/runs/{id}")).await.status, 204);
    eventually("the files are gone", seconds(10), async || !left.exists()).await;
}

#[tokio::test]
async fn delete_answers_when_nothing_is_left() {
    let (server, tag) = (Server::start(&[]), Tag::new());
    let id = server.run_family(tag).await;
    assert_eq!(server.ask(&format!("DELETE /api/runs/{id}")).await.status, 204);
    assert_eq!(tag.alive(), 0);
    assert_eq!(server.info(&id).await["state"]["reason"], "stopped");
    assert_eq!(
        server.ask(&format!("DELETE /api/runs/{id}")).await.status,
        204,
        "once more does no harm"
    );
}

#[tokio::test]
async fn children_do_not_outlive_the_lab_itself() {
    let (server, tag) = (Server::start(&[]), Tag::new());
    let id = server.run("orphans", &[("tag", tag.text().parse().unwrap()), ("code", 11)]).await;
    let (bytes, exit) = server.watch(&id).await.read_to_end().await;
    assert_eq!((bytes, exit.code), (b"family\n".to_vec(), Some(11)));
    assert_eq!(tag.alive(), 0);
}

#[tokio::test]
async fn a_lab_that_kills_its_keeper_at_once_is_not_started_again() {
    let (folder, home) = (labs(&["fixture"]), tempfile::tempdir().unwrap());
    let mut serve = Command::new(env!("CARGO_BIN_EXE_still-running"));
    serve.args(["serve", "--addr", "127.0.0.1:0", "--labs"]).arg(folder.path());
    serve.env("TMPDIR", home.path());
    let server = Server::from(serve);
    for _ in 0..20 {
        let id = server.run("patricide", &[]).await;
        server.watch(&id).await.read_to_end().await;
    }
    assert_eq!(fs::read_to_string(home.path().join("starts")).unwrap(), "x".repeat(20));
}

#[tokio::test]
async fn a_fork_storm_is_bounded_and_ends() {
    let (server, tag) = (Server::start(&[]), Tag::new());
    let id = server.run("storm", &[("tag", tag.text().parse().unwrap())]).await;
    let (bytes, exit) = server.watch(&id).await.read_to_end().await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("more than 256 processes at a time"), "{text}");
    assert_eq!((exit.signal.as_deref(), tag.alive()), (Some("SIGKILL"), 0));
}

#[tokio::test]
async fn a_run_nobody_watches_is_ended() {
    let (server, tag) = (Server::start(&["--unwatched", "1"]), Tag::new());
    let id = server.run_family(tag).await;
    server.watch(&id).await.cut();
    eventually("the tree is gone", seconds(10), async || tag.alive() == 0).await;
}

#[tokio::test]
async fn a_hundred_viewers_cut_off_leave_no_process_no_file_and_no_task() {
    let server = Server::start(&["--runs", "100", "--unwatched", "1"]);
    let (files, tasks) = (server.open_files(), server.metric("still_running_tasks").await);
    let tags: Vec<_> = (0..100).map(|_| Tag::new()).collect();
    let mut viewers = vec![];
    for tag in &tags {
        let id = server.run("family", &[("tag", tag.text().parse().unwrap())]).await;
        viewers.push(server.watch(&id).await);
    }
    eventually("all families are there", seconds(30), async || {
        tags.iter().all(|tag| tag.alive() == 5)
    })
    .await;
    viewers.into_iter().for_each(|viewer| viewer.cut());
    eventually("all is as before", seconds(20), async || {
        server.runs().await == 0
            && server.open_files() <= files + 8
            && server.metric("still_running_tasks").await <= tasks + 2
    })
    .await;
    assert_eq!(tags.iter().map(|tag| tag.alive()).sum::<usize>(), 0);
}
