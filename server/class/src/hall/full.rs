//! A disk that is full: the database may not grow by a page. It says then what it says on a full disk.

use super::{Hall, Opening};
use crate::{
    Refused, Token,
    rules::{Choice, MarkState, Question, Step},
    store::Place,
};
use sqlx::Executor;
use std::{path::Path, sync::Arc, time::Duration};
use tokio::time::timeout;

async fn open(folder: &Path) -> Arc<Hall> {
    let place = Place::File(folder.join("class.sqlite"));
    let opening = Opening { place, name: "Tuesday".into(), code: "deep-water".into() };
    Hall::open(opening).await.unwrap()
}

/// Some hundreds of people, and a question that is open.
async fn room(hall: &Hall) -> Vec<Token> {
    let all: Vec<_> = (0..400).map(|_| Token::random()).collect();
    for token in &all {
        hall.join(token).await.unwrap();
    }
    let choice = |value: &str, right| Choice { value: value.into(), text: value.into(), right };
    let (id, page, title, prompt) = ("q".into(), "tasks/q".into(), "Q".into(), "What?".into());
    let options = vec![choice("1", false), choice("2", true)];
    hall.step(0, Step::Ask, Some(Question { id, page, title, prompt, options })).await.unwrap();
    shows(hall, "\"phase\":\"ask\"").await;
    all
}

/// Pages it may have: no more than it has, or as many as there are.
async fn pages(hall: &Hall, most: &str) {
    let most = format!("pragma max_page_count = {most}");
    hall.store.pool.execute(sqlx::AssertSqlSafe(most)).await.unwrap();
}

async fn shows(hall: &Hall, text: &str) {
    let mut shown = hall.shown();
    let found = timeout(Duration::from_secs(20), shown.wait_for(|now| now.teacher.contains(text)));
    found.await.unwrap_or_else(|_| panic!("never {text}")).unwrap();
}

fn sentence(refused: &Refused) -> String {
    assert_eq!(refused.word(), "not-kept", "{refused}");
    refused.to_string()
}

#[tokio::test]
async fn on_a_full_disk_votes_are_refused_in_a_sentence_none_confirmed_is_lost_and_all_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(folder.path()).await;
    let all = room(&hall).await;
    let (before, during) = all.split_at(50);
    for token in before {
        hall.vote(token.text(), "q", 1, "2").await.unwrap();
    }
    pages(&hall, "1").await;
    let (mut kept, mut refused) = (before.iter().collect::<Vec<_>>(), vec![]);
    for token in during {
        match hall.vote(token.text(), "q", 1, "2").await {
            Ok(()) => kept.push(token),
            Err(why) => refused.push((token, sentence(&why))),
        }
    }
    assert!(!refused.is_empty(), "the disk was full");
    for (_, said) in &refused {
        assert!(said.contains("is full. Make room") && said.contains("sends it again"), "{said}");
    }
    shows(&hall, &format!("\"answered\":{},", kept.len())).await;
    assert!(hall.find(refused[0].0.text()).await.unwrap().votes.is_empty());
    pages(&hall, "1000000").await;
    for (token, _) in &refused {
        hall.vote(token.text(), "q", 1, "1").await.unwrap();
    }
    let by = format!("\"by\":{{\"1\":{},\"2\":{}}}", refused.len(), kept.len());
    shows(&hall, &by).await;
    hall.close().await;
    let again = open(folder.path()).await;
    for token in kept {
        let votes = again.find(token.text()).await.unwrap().votes;
        assert_eq!(votes, [("q".to_owned(), 1, "2".to_owned())]);
    }
    again.close().await;
}

#[tokio::test]
async fn on_a_full_disk_a_step_and_a_mark_are_refused_and_what_is_shown_stays() {
    let folder = tempfile::tempdir().unwrap();
    let hall = open(folder.path()).await;
    let all = room(&hall).await;
    pages(&hall, "1").await;
    let long = "x".repeat(150);
    let mut said = None;
    for (i, token) in all.iter().enumerate() {
        let page = format!("{long}/{i}");
        if let Err(why) = hall.mark(token.text(), &page, MarkState::Stuck).await {
            said = Some(sentence(&why));
            break;
        }
    }
    assert!(said.expect("the disk was full").contains("is full"));
    assert_eq!(hall.shown().borrow().question.as_ref().map(|q| q.id.as_str()), Some("q"));
    pages(&hall, "1000000").await;
    hall.step(1, Step::Reveal, None).await.unwrap();
    shows(&hall, "\"phase\":\"reveal\"").await;
    hall.close().await;
}
