//! What is kept, and for how long: by a clock that the test sets.

mod support;

use std::{fs, path::Path, sync::Arc};
use still_running_class::{Hall, Refused, Token, rules::Step};
use support::{Time, file, open_at, people, question, step};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

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
async fn thirty_days_after_its_end_a_class_is_deleted_by_the_second_look_and_not_a_second_before() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (hall, token) = ended(folder.path(), &time).await;
    let alias = hall.find(token.text()).await.unwrap().alias;
    time.pass(30 * DAY);
    assert_eq!(hall.sweep().await, Ok(0));
    time.pass(HOUR);
    assert_eq!(hall.sweep().await, Ok(0), "an hour ago it was not due");
    assert_eq!(hall.take_home(token.text()).await.unwrap().questions[0].answers, ["option 2"]);
    time.pass(HOUR - 1);
    assert_eq!(hall.sweep().await, Ok(0));
    time.pass(1);
    assert_eq!(hall.sweep().await, Ok(1));
    assert_eq!(hall.take_home(token.text()).await.unwrap_err(), Refused::NotJoined);
    let gone = |shown: &Arc<still_running_class::Shown>| !shown.teacher.contains("option 2");
    support::shows(&hall, gone).await;
    hall.close().await;
    assert!(!is_on_disk(folder.path(), &alias));
}

#[tokio::test]
async fn a_start_deletes_nothing_that_no_look_an_hour_before_found_due() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (first, _) = ended(folder.path(), &time).await;
    first.close().await;
    time.pass(20 * DAY);
    let (second, _) = ended(folder.path(), &time).await;
    assert_eq!(second.sweep().await, Ok(0), "twenty days are no thirty");
    second.close().await;
    time.pass(10 * DAY + 1);
    let third = open_at(file(folder.path()), &time).await;
    assert_eq!(third.sweep().await, Ok(0), "it was found due just now");
    third.close().await;
    time.pass(HOUR);
    let fourth = open_at(file(folder.path()), &time).await;
    assert_eq!(fourth.sweep().await, Ok(0), "the first went when the fourth started");
    time.pass(20 * DAY);
    assert_eq!(fourth.sweep().await, Ok(0));
    time.pass(HOUR);
    assert_eq!(fourth.sweep().await, Ok(1), "the second");
    fourth.close().await;
}

#[tokio::test]
async fn a_clock_that_is_set_forward_deletes_nothing_within_the_hour_and_set_right_again_nothing_at_all()
 {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (hall, token) = ended(folder.path(), &time).await;
    time.pass(HOUR);
    assert_eq!(hall.sweep().await, Ok(0));
    for _ in 0..3 {
        time.step(70 * DAY);
        assert_eq!(hall.sweep().await, Ok(0), "it was found due just now");
        time.pass(HOUR / 2);
        time.step(-70 * DAY);
        time.pass(HOUR / 2);
        assert_eq!(hall.sweep().await, Ok(0), "it is not due at all");
    }
    hall.take_home(token.text()).await.unwrap();
    // What is due is due for an hour by a clock that goes, not by one that is pushed.
    time.pass(31 * DAY);
    assert_eq!(hall.sweep().await, Ok(0));
    time.step(2 * HOUR);
    assert_eq!(hall.sweep().await, Ok(0), "nobody waited for two hours");
    time.pass(HOUR);
    assert_eq!(hall.sweep().await, Ok(1));
    hall.close().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_deletes_nothing() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let (hall, token) = ended(folder.path(), &time).await;
    time.pass(31 * DAY);
    assert_eq!(hall.sweep().await, Ok(0), "found due");
    for back in [2 * HOUR, 40 * DAY, 1_700_000_000] {
        time.step(-back);
        assert_eq!(hall.sweep().await, Ok(0), "set back by {back}");
        time.pass(HOUR - 1);
        assert_eq!(hall.sweep().await, Ok(0), "set back by {back}, for an hour");
        time.step(back - HOUR + 1);
    }
    hall.take_home(token.text()).await.unwrap();
    hall.close().await;
}

#[tokio::test]
async fn a_class_that_goes_on_outlives_starts_by_a_clock_that_is_wrong_by_months() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let hall = open_at(file(folder.path()), &time).await;
    let token = people(&hall, 1).await.remove(0);
    hall.close().await;
    for wrong in [70 * DAY, -70 * DAY, 400 * DAY, -400 * DAY] {
        time.step(wrong);
        for _ in 0..3 {
            let hall = open_at(file(folder.path()), &time).await;
            assert!(hall.is_resumed(), "{wrong}");
            hall.find(token.text()).await.unwrap();
            hall.close().await;
            time.pass(HOUR);
        }
    }
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
async fn a_class_that_nobody_ended_stays_while_its_server_runs_and_goes_at_the_second_start_without_anybody()
 {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let hall = open_at(file(folder.path()), &time).await;
    let token = people(&hall, 1).await.remove(0);
    for _ in 0..3 {
        time.pass(100 * DAY);
        assert_eq!(hall.sweep().await, Ok(0));
    }
    hall.find(token.text()).await.unwrap();
    hall.close().await;
    let hall = open_at(file(folder.path()), &time).await;
    assert!(hall.is_resumed() && hall.unused().is_none(), "somebody was there");
    hall.close().await;
    time.pass(61 * DAY);
    for (resumed, wait) in [(true, HOUR - 1), (true, 1), (false, 0)] {
        let hall = open_at(file(folder.path()), &time).await;
        assert_eq!(hall.is_resumed(), resumed, "before {wait}");
        assert_eq!(hall.unused(), resumed.then_some(61));
        hall.close().await;
        time.pass(wait);
    }
}

#[tokio::test]
async fn a_class_with_somebody_in_it_is_no_forgotten_one_though_nobody_presses_anything() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let hall = open_at(file(folder.path()), &time).await;
    let token = people(&hall, 1).await.remove(0);
    let here = hall.arrive(hall.person(token.text()).await.unwrap(), "tasks/lost-line");
    for _ in 0..3 {
        time.pass(61 * DAY);
        assert_eq!(hall.sweep().await, Ok(0));
    }
    drop(here);
    hall.close().await;
    for _ in 0..3 {
        let hall = open_at(file(folder.path()), &time).await;
        assert!(hall.is_resumed() && hall.unused().is_none());
        hall.close().await;
        time.pass(HOUR);
    }
}
