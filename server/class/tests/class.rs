//! A class from outside: what is asked of it, and what it must refuse.

mod support;

use std::time::Duration;
use still_running_class::{
    Hall, Opening, Refused, Token, csv,
    rules::{MarkState, Step},
};
use support::{file, open, people, question, room, step};
use tokio::time::timeout;

#[tokio::test]
async fn two_rounds_and_a_reveal_tell_who_moved_to_the_right_answer() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let all = people(&hall, 10).await;
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    for (i, token) in all.iter().enumerate() {
        hall.vote(token.text(), "q", 1, if i < 3 { "3" } else { "1" }).await.unwrap();
    }
    step(&hall, 1, Step::Discuss, None).await;
    step(&hall, 2, Step::Again, None).await;
    for (i, token) in all.iter().enumerate() {
        hall.vote(token.text(), "q", 2, if i < 8 { "3" } else { "2" }).await.unwrap();
    }
    step(&hall, 3, Step::Reveal, None).await;
    let seen = room(&hall, |room| room["result"]["rounds"][1]["votes"] == 10).await;
    let result = &seen["result"];
    assert_eq!(result["right"], serde_json::json!(["3"]));
    assert_eq!((&result["pair"]["to_right"], &result["pair"]["to_wrong"]), (&5.into(), &0.into()));
    let sums = hall.sums().await.unwrap();
    assert_eq!(sums.questions[0].pair.unwrap().to_right, 5);
    let table = csv(&sums);
    assert!(table.contains("\"option 3\",\"yes\",\"8\",\"5\""), "{table}");
    assert!(table.contains("under five"), "two people are told of as nothing but few: {table}");
    let mine = hall.take_home(all[4].text()).await.unwrap();
    assert_eq!(mine.questions[0].answers, ["option 1", "option 3"]);
    assert_eq!((mine.questions[0].right, mine.questions[0].room), (Some(true), Some((8, 10))));
    hall.close().await;
}

#[tokio::test]
async fn nothing_of_the_votes_is_in_what_the_room_gets_before_the_reveal() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let all = people(&hall, 3).await;
    for (at, next) in (0..).zip([Step::Ask, Step::Close, Step::Discuss, Step::Again]) {
        step(&hall, at, next, (next == Step::Ask).then(|| question("q"))).await;
        if matches!(next, Step::Ask | Step::Again) {
            let round = hall.shown().borrow().class.round;
            for token in &all {
                hall.vote(token.text(), "q", round, "2").await.unwrap();
            }
            room(&hall, |room| room["answered"] == 3).await;
        }
        let bytes = hall.shown().borrow().room.to_string();
        for tells in ["\"by\"", "\"right\"", "tally", "votes", "pair", "true"] {
            assert!(!bytes.contains(tells), "{next:?}: {tells} in {bytes}");
        }
        let mine = hall.take_home(all[0].text()).await.unwrap();
        assert_eq!((mine.questions[0].right, mine.questions[0].room), (None, None), "{next:?}");
    }
    assert!(hall.shown().borrow().teacher.contains("\"by\""), "the teacher may look");
    hall.close().await;
}

#[tokio::test]
async fn who_starts_afresh_has_said_nothing_and_stays_who_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let all = people(&hall, 2).await;
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    for token in &all {
        hall.vote(token.text(), "q", 1, "2").await.unwrap();
        hall.mark(token.text(), "tasks/q", MarkState::Stuck).await.unwrap();
    }
    let (one, other) = (all[0].text(), all[1].text());
    let (before, others) = (hall.find(one).await.unwrap(), hall.find(other).await.unwrap());
    let page = hall.arrive(before.id, "tasks/q");
    let others_page = hall.arrive(others.id, "tasks/q");
    assert_eq!(hall.afresh("nobody here").await, Err(Refused::Nobody));
    hall.afresh(&before.alias).await.unwrap();
    timeout(Duration::from_secs(5), page.is_let_go()).await.expect("it comes again");
    assert!(timeout(Duration::ZERO, others_page.is_let_go()).await.is_err());
    let now = hall.find(one).await.unwrap();
    assert_eq!((now.id, &now.alias), (before.id, &before.alias));
    assert_eq!((now.votes, now.marks), (vec![], vec![]));
    assert_eq!(hall.find(other).await.unwrap(), others, "nobody else lost anything");
    room(&hall, |room| room["answered"] == 1 && room["people"] == 2).await;
    hall.vote(one, "q", 1, "3").await.unwrap();
    room(&hall, |room| room["answered"] == 2).await;
    hall.close().await;
}

#[tokio::test]
async fn a_vote_that_does_not_fit_is_refused_and_counts_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let token = &people(&hall, 1).await[0];
    let vote = async |question: &str, round, choice: &str| {
        hall.vote(token.text(), question, round, choice).await
    };
    assert_eq!(vote("q", 1, "1").await, Err(Refused::NotOpen), "nothing was asked");
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    assert_eq!(vote("none", 1, "1").await, Err(Refused::OtherQuestion));
    assert_eq!(vote("q", 0, "1").await, Err(Refused::OtherQuestion), "a round that is over");
    assert_eq!(vote("q", 2, "1").await, Err(Refused::OtherQuestion), "a round to come");
    assert_eq!(vote("q", 1, "9").await, Err(Refused::NoOption));
    assert_eq!(vote("q'; drop table vote; --", 1, "1").await, Err(Refused::OtherQuestion));
    let stranger = Token::random();
    assert_eq!(hall.vote(stranger.text(), "q", 1, "1").await, Err(Refused::NotJoined));
    for choice in ["1", "2", "2"] {
        assert_eq!(vote("q", 1, choice).await, Ok(()));
    }
    step(&hall, 1, Step::Close, None).await;
    assert_eq!(vote("q", 1, "3").await, Err(Refused::NotOpen), "it was closed");
    step(&hall, 2, Step::Reveal, None).await;
    let result =
        room(&hall, |room| room["result"]["rounds"][0]["votes"] == 1).await["result"].clone();
    assert_eq!(
        result["rounds"][0]["by"],
        serde_json::json!({ "2": 1 }),
        "the last of one person's counts, once"
    );
    hall.end().await.unwrap();
    room(&hall, |room| room["ended"] == true).await;
    assert_eq!(vote("q", 1, "3").await, Err(Refused::Over));
    assert_eq!(hall.join(&Token::random()).await.unwrap_err(), Refused::Over);
    hall.close().await;
}

#[tokio::test]
async fn two_pages_of_the_teacher_cannot_both_take_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let (one, two) = tokio::join!(
        hall.step(0, Step::Ask, Some(question("a"))),
        hall.step(0, Step::Ask, Some(question("b")))
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(one.and(two), Err(Refused::Stale));
    assert_eq!(hall.step(0, Step::Close, None).await, Err(Refused::Stale));
    hall.close().await;
}

#[tokio::test]
async fn who_votes_in_ten_pages_at_once_has_one_vote() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let token = people(&hall, 1).await.remove(0);
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    let mut votes = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (hall, token) = (hall.clone(), token.clone());
        votes.spawn(async move { hall.vote(token.text(), "q", 1, "1").await });
    }
    assert!(votes.join_all().await.into_iter().all(|done| done.is_ok()));
    assert_eq!(room(&hall, |room| room["answered"] != 0).await["answered"], 1);
    hall.close().await;
}

#[tokio::test]
async fn ten_thousand_votes_in_a_second_are_kept_or_refused_and_never_half() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let all = people(&hall, 100).await;
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    let mut votes = tokio::task::JoinSet::new();
    for i in 0..10_000 {
        let (hall, token) = (hall.clone(), all[i % 100].clone());
        votes.spawn(async move { hall.vote(token.text(), "q", 1, "1").await });
    }
    let done = votes.join_all().await;
    let kept = done.iter().filter(|done| done.is_ok()).count();
    let busy = done.iter().filter(|done| **done == Err(Refused::Busy)).count();
    assert_eq!(kept + busy, 10_000);
    assert!(kept >= 100, "{kept}");
    let answered = room(&hall, |room| room["answered"] == 100).await;
    assert_eq!(answered["answered"], 100);
    hall.close().await;
}

#[tokio::test]
async fn after_a_restart_people_are_who_they_were_and_so_is_the_question() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let token = people(&hall, 1).await.remove(0);
    step(&hall, 0, Step::Ask, Some(question("q"))).await;
    hall.vote(token.text(), "q", 1, "2").await.unwrap();
    hall.mark(token.text(), "tasks/lost-line", MarkState::Stuck).await.unwrap();
    let before =
        (hall.find(token.text()).await.unwrap(), hall.pass(), hall.teacher(), hall.screen());
    assert!(!hall.is_resumed());
    hall.close().await;

    let hall =
        Hall::open(Opening { place: file(folder.path()), name: "x".into(), code: "other".into() })
            .await
            .unwrap();
    assert!(hall.is_resumed() && hall.code() == "deep-water");
    assert_eq!(
        before,
        (hall.find(token.text()).await.unwrap(), hall.pass(), hall.teacher(), hall.screen())
    );
    assert_eq!(before.0.votes, [("q".to_owned(), 1, "2".to_owned())]);
    hall.vote(token.text(), "q", 1, "3").await.unwrap();
    assert!(before.1 != before.2 && before.2 != before.3);
    hall.close().await;
}

#[tokio::test]
async fn a_name_is_two_words_nobody_elses_and_changes_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let all = people(&hall, 300).await;
    let mut names = std::collections::BTreeSet::new();
    for token in &all {
        names.insert(hall.find(token.text()).await.unwrap().alias);
    }
    assert_eq!(names.len(), 300);
    let before = hall.find(all[0].text()).await.unwrap();
    let after = hall.rename(all[0].text()).await.unwrap();
    assert!(before.alias != after.alias && before.id == after.id && !names.contains(&after.alias));
    hall.close().await;
}

#[tokio::test]
async fn marks_are_counted_by_page_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let all = people(&hall, 3).await;
    for (token, state) in all.iter().zip([MarkState::Stuck, MarkState::Stuck, MarkState::Done]) {
        hall.mark(token.text(), "a", state).await.unwrap();
    }
    hall.mark(all[0].text(), "a", MarkState::Clear).await.unwrap();
    let mut shown = hall.shown();
    let counted = shown.wait_for(|s| s.teacher.contains(r#"{"done":1,"page":"a","stuck":1}"#));
    timeout(Duration::from_secs(10), counted).await.expect("both are counted").unwrap();
    assert_eq!(hall.mark(all[0].text(), "../x", MarkState::Stuck).await, Err(Refused::Page));
    hall.close().await;
}

#[tokio::test]
async fn an_ended_class_makes_room_for_the_next_and_can_be_taken_home_no_longer_than_its_server_runs()
 {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(file(folder.path())).await;
    let token = people(&hall, 1).await.remove(0);
    hall.end().await.unwrap();
    assert!(hall.take_home(token.text()).await.unwrap().ended > 0);
    hall.close().await;
    let next = open(file(folder.path())).await;
    assert!(!next.is_resumed());
    assert_eq!(
        next.find(token.text()).await.unwrap_err(),
        Refused::NotJoined,
        "this is another class"
    );
    next.close().await;
}
