//! What is kept, and for how long: by a clock that the test sets.

mod support;

use std::{fs, path::Path, sync::Arc};
use still_running_class::{Hall, Refused, Token, rules::Step};
use support::{Time, file, open_at, people, question, step};

const DAY: i64 = 24 * 3600;

/// A class that was held and ended at that time, and somebody who was in it.
async fn ended(folder: &Path, time: &Time) -> (Arc<Hall>, Token) {
    let hall = open_at(file(folder), time).await;
    let token = people(&hall, 1).await.remove(0);
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    hall.vote(token.text(), "q", 1, "2").await.unwrap();
    hall.end().await.unwrap();
    (hall, token)
}

/// Whether any of its files has this text in it.
fn is_on_disk(folder: &Path, text: &str) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
}

#[tokio::test]
async fn thirty_days_after_its_end_a_class_is_deleted_and_not_a_second_before() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (hall, token) = ended(folder.path(), &time).await;
    let alias = hall.find(token.text()).await.unwrap().alias;
    time.step(30 * DAY);
    assert_eq!(hall.sweep().await, Ok(0));
    assert_eq!(hall.take_home(token.text()).await.unwrap().questions[0].answers, ["option 2"]);
    time.step(1);
    assert_eq!(hall.sweep().await, Ok(1));
    assert_eq!(hall.take_home(token.text()).await.unwrap_err(), Refused::NotJoined);
    let gone = |shown: &Arc<still_running_class::Shown>| !shown.teacher.contains("option 2");
    support::shows(&hall, gone).await;
    hall.close().await;
    assert!(!is_on_disk(folder.path(), &alias));
}

#[tokio::test]
async fn a_server_that_starts_deletes_what_ended_thirty_days_ago_and_keeps_what_did_later() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (first, _) = ended(folder.path(), &time).await;
    first.close().await;
    time.step(20 * DAY);
    let (second, _) = ended(folder.path(), &time).await;
    assert_eq!(second.sweep().await, Ok(0), "twenty days are no thirty");
    second.close().await;
    time.step(10 * DAY + 1);
    let third = open_at(file(folder.path()), &time).await;
    assert_eq!(third.sweep().await, Ok(0), "the first went when the third opened");
    time.step(20 * DAY);
    assert_eq!(third.sweep().await, Ok(1), "the second");
    third.close().await;
}

#[tokio::test]
async fn what_is_deleted_at_once_is_on_no_page_and_in_no_byte_of_the_file() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (hall, token) = ended(folder.path(), &time).await;
    let alias = hall.find(token.text()).await.unwrap().alias;
    hall.delete().await.unwrap();
    assert!(!hall.knows(token.text()));
    let shown = hall.shown().borrow().clone();
    for tells in ["option 2", "lost-line", "\"by\""] {
        assert!(!shown.teacher.contains(tells), "{tells} in {}", shown.teacher);
    }
    assert!(shown.class.ended > 0);
    assert_eq!(hall.find(token.text()).await.unwrap_err(), Refused::NotJoined);
    for tells in [alias.as_str(), "option 2"] {
        assert!(!is_on_disk(folder.path(), tells), "{tells}, while the server runs");
    }
    hall.close().await;
    assert!(!is_on_disk(folder.path(), &alias));
}

#[tokio::test]
async fn a_class_that_is_open_is_not_deleted_under_its_people_however_long_it_lasts() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let hall = open_at(file(folder.path()), &time).await;
    let token = people(&hall, 1).await.remove(0);
    time.step(400 * DAY);
    assert_eq!(hall.sweep().await, Ok(0));
    hall.find(token.text()).await.unwrap();
    hall.close().await;
    let next = open_at(file(folder.path()), &time).await;
    assert!(!next.is_resumed(), "nobody ended it for 60 days, and its server is gone");
    next.close().await;
}
