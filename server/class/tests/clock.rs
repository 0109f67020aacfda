//! A clock that steps: by an hour forward, an hour back, or to 1970.

mod support;

use still_running_class::{Refused, rules::Step};
use support::{Time, file, open_at, people, question, room, step};

const HOUR: i64 = 3600;

#[tokio::test]
async fn a_clock_that_steps_changes_neither_the_open_question_nor_who_people_are_nor_what_counts() {
    for by in [HOUR, -HOUR, 400 * 24 * HOUR] {
        let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
        let hall = open_at(file(folder.path()), &time).await;
        let all = people(&hall, 2).await;
        step(&hall, 0, Step::Ask, Some(question("q"))).await;
        for token in &all {
            hall.vote(token.text(), "q", 1, "1").await.unwrap();
        }
        time.step(by);
        assert_eq!(hall.sweep().await, Ok(0), "{by}");
        hall.vote(all[0].text(), "q", 1, "3").await.unwrap();
        step(&hall, 1, Step::Reveal, None).await;
        let seen = room(&hall, |room| room["phase"] == "reveal").await;
        let by_option = &seen["result"]["rounds"][0]["by"];
        assert_eq!(*by_option, serde_json::json!({ "1": 1, "3": 1 }), "{by}: the later one counts");
        hall.find(all[1].text()).await.unwrap();
        hall.close().await;
    }
}

#[tokio::test]
async fn after_a_restart_an_hour_earlier_or_later_the_class_goes_on() {
    for by in [HOUR, -HOUR] {
        let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
        let hall = open_at(file(folder.path()), &time).await;
        let token = people(&hall, 1).await.remove(0);
        step(&hall, 0, Step::Ask, Some(question("q"))).await;
        let teacher = hall.teacher();
        hall.close().await;
        time.step(by);
        let hall = open_at(file(folder.path()), &time).await;
        assert!(hall.is_resumed() && hall.teacher() == teacher, "{by}");
        hall.vote(token.text(), "q", 1, "2").await.unwrap();
        hall.close().await;
    }
}

#[tokio::test]
async fn questions_stay_in_the_order_in_which_they_were_asked_though_the_clock_steps_back() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::now());
    let hall = open_at(file(folder.path()), &time).await;
    let mut at = 0;
    for id in ["z", "m", "a"] {
        step(&hall, at, Step::Ask, Some(question(id))).await;
        step(&hall, at + 1, Step::Close, None).await;
        step(&hall, at + 2, Step::Clear, None).await;
        at += 3;
        time.step(-HOUR);
    }
    let sums = hall.sums().await.unwrap();
    let order: Vec<_> = sums.questions.iter().map(|q| q.id.as_str()).collect();
    assert_eq!(order, ["z", "m", "a"]);
    hall.close().await;
}

#[tokio::test]
async fn where_the_clock_has_lost_its_date_a_class_that_ended_is_over_all_the_same() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::at(0));
    let hall = open_at(file(folder.path()), &time).await;
    let token = people(&hall, 1).await.remove(0);
    hall.end().await.unwrap();
    room(&hall, |room| room["ended"] == true).await;
    assert_eq!(hall.vote(token.text(), "q", 1, "1").await, Err(Refused::Over));
    hall.close().await;
    let next = open_at(file(folder.path()), &time).await;
    assert!(!next.is_resumed());
    next.close().await;
}
