//! A room of a hundred, over real sockets; the heavy form is a thousand.

use crate::{
    is_heavy, scaled,
    support::class::{Class, Line, ask, vote},
};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Barrier, Semaphore},
    task::JoinSet,
};

async fn room(class: &Class, people: usize) -> Vec<String> {
    let mut all = vec![];
    for _ in 0..people {
        all.push(class.person().await);
    }
    all
}

/// The most of all but one in a hundred.
fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[(times.len() * 99).div_ceil(100) - 1]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_votes_at_once_and_every_page_sees_it_in_time() {
    let people = scaled(100, 1000);
    let limit = Duration::from_secs(if is_heavy() { 3 } else { 1 });
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (all, teacher) = (room(&class, people).await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    let (addr, barrier) = (class.addr, Arc::new(Barrier::new(people)));
    let mut pages = JoinSet::new();
    for cookie in all {
        let barrier = barrier.clone();
        pages.spawn(async move {
            let mut line = Line::open(addr, &cookie).await;
            line.until(|now| now["phase"] == "ask").await;
            barrier.wait().await;
            let start = Instant::now();
            let answer = ask(addr, &cookie, "PUT /api/class/vote", Some(&vote(1, "2"))).await;
            assert_eq!(answer.status, 204, "{}", answer.text());
            let kept = start.elapsed();
            line.until(|now| now["answered"] == people).await;
            (kept, start.elapsed())
        });
    }
    let (kept, seen): (Vec<_>, Vec<_>) = pages.join_all().await.into_iter().unzip();
    let (kept, seen) = (p99(kept), p99(seen));
    eprintln!("{people} people: votes kept in {kept:?}, all seen in {seen:?} (p99)");
    assert!(seen < limit, "{seen:?}");
    let rss = crate::support::rss_kib(class.pid());
    eprintln!("{} KiB a person", rss / people as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_the_vote_loses_none_that_was_confirmed_and_doubles_none() {
    let people = scaled(100, 1000);
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (all, teacher) = (room(&class, people).await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    class.line(&all[0]).await.until(|now| now["phase"] == "ask").await;
    let (addr, (told, mut confirmed)) = (class.addr, tokio::sync::mpsc::channel(people));
    let (mut votes, few) = (JoinSet::new(), Arc::new(Semaphore::new(8)));
    for (i, cookie) in all.iter().cloned().enumerate() {
        let (told, few) = (told.clone(), few.clone());
        votes.spawn(async move {
            // One after the other, so that the kill falls among them.
            let _turn = few.acquire_owned().await.unwrap();
            // The server may be gone before it answers; then nothing was confirmed.
            let body = vote(1, if i % 2 == 0 { "1" } else { "2" });
            let sent = tokio::spawn(async move {
                ask(addr, &cookie, "PUT /api/class/vote", Some(&body)).await.status
            });
            if sent.await.is_ok_and(|status| status == 204) {
                told.send(i).await.unwrap();
            }
        });
    }
    drop(told);
    let mut kept = vec![];
    while kept.len() < people / 3 {
        kept.extend(confirmed.recv().await);
    }
    class.kill();
    votes.join_all().await;
    while let Some(i) = confirmed.recv().await {
        kept.push(i);
    }
    let class = Class::open(folder.path(), &[]);
    for i in &kept {
        let me = class.ask(&all[*i], "POST /api/class/me", None).await.json();
        assert_eq!(
            me["votes"],
            json!([["q", 1, if i % 2 == 0 { "1" } else { "2" }]]),
            "{i} was confirmed"
        );
    }
    for (i, cookie) in all.iter().enumerate() {
        let body = vote(1, if i % 2 == 0 { "1" } else { "2" });
        assert_eq!(class.ask(cookie, "PUT /api/class/vote", Some(&body)).await.status, 204);
    }
    let seen = class.line(&teacher).await.until(|now| now["answered"] == people).await;
    assert_eq!(seen["tally"]["rounds"][0]["by"], json!({ "1": people / 2, "2": people / 2 }));
    eprintln!("{} of {people} were confirmed before the kill", kept.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_cut_off_again_and_again_see_the_same_tally() {
    let (people, cuts) = (scaled(100, 300), scaled(3, 6));
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (all, teacher) = (room(&class, people).await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    let mut lines = vec![];
    for cookie in &all {
        lines.push(class.line(cookie).await);
    }
    for cut in 0..cuts {
        for i in (0..people).filter(|i| i % 10 % 3 == cut % 3) {
            lines[i] = class.line(&all[i]).await;
        }
        for i in (0..people).filter(|i| i % cuts == cut) {
            lines[i].until(|now| now["phase"] == "ask").await;
            let answer = class.ask(&all[i], "PUT /api/class/vote", Some(&vote(1, "2"))).await;
            assert_eq!(answer.status, 204);
        }
    }
    class.step(&teacher, 1, "reveal").await;
    for line in &mut lines {
        let now = line.until(|now| now["phase"] == "reveal" && now["answered"] == people).await;
        assert_eq!(now["result"]["rounds"][0]["by"], json!({ "2": people }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_presses_of_run_delay_no_vote() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (all, teacher) = (room(&class, 100).await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    class.line(&all[0]).await.until(|now| now["phase"] == "ask").await;
    let (addr, mut runs) = (class.addr, JoinSet::new());
    for cookie in all.clone() {
        runs.spawn(async move {
            let run = json!({ "lab": "fixture", "variant": "buggy", "knobs": { "case": "print", "bytes": 4_000_000 } });
            ask(addr, &cookie, "POST /api/runs", Some(&run)).await.status
        });
    }
    let mut times = vec![];
    for cookie in &all {
        let start = Instant::now();
        let answer = class.ask(cookie, "PUT /api/class/vote", Some(&vote(1, "2"))).await;
        assert_eq!(answer.status, 204);
        times.push(start.elapsed());
    }
    assert!(runs.join_all().await.iter().all(|status| *status == 201));
    let slowest = times.iter().max().unwrap();
    eprintln!("the slowest vote beside 100 runs: {slowest:?}");
    assert!(*slowest < Duration::from_millis(500), "{slowest:?}");
}
