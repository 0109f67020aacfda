//! What the room sees, and what the teacher sees. No votes are in the former before they are revealed, not even in the bytes.

use crate::{
    rules::{Pair, Phase, Question, Round},
    store::{
        Done, Store,
        class::{self, Class},
        people::{self, Marks},
        questions::{self, Asked},
        votes,
    },
};
use serde::Serialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The class at one moment.
#[derive(Debug)]
pub struct Shown {
    pub class: Class,
    pub question: Option<Question>,
    /// For participants and projectors.
    pub room: Arc<str>,
    pub teacher: Arc<str>,
}

/// What a question came to.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The values of the options that are right.
    pub right: Vec<String>,
    /// The first round of the pair, and the last, where there are two.
    pub rounds: Vec<Round>,
    pub pair: Option<Pair>,
}

/// Who is on which page, as far as this server sees.
pub type Here = BTreeMap<String, usize>;

impl Shown {
    /// The same, with a sentence for the teacher: what is shown may be old.
    pub fn in_trouble(&self, why: &str) -> Self {
        let mut teacher: Value = serde_json::from_str(&self.teacher).unwrap_or_default();
        teacher["trouble"] = json!(why);
        let (class, question) = (self.class.clone(), self.question.clone());
        Self { class, question, room: self.room.clone(), teacher: teacher.to_string().into() }
    }

    /// What is left of a class that was deleted: that it is over.
    pub fn deleted(class: &Class) -> Self {
        let class = Class {
            ended: class.ended.max(1),
            version: class.version + 1,
            phase: Phase::Idle,
            question: String::new(),
            ..class.clone()
        };
        let room = room(&class, None, None, 0);
        let teacher = teacher(&room, None, &[], &[], &[], &Here::new());
        let text = |value: &Value| value.to_string().into();
        Self { room: text(&room), teacher: text(&teacher), class, question: None }
    }
}

pub async fn read(store: &Store, id: &str, here: &Here) -> Done<Shown> {
    let mut tx = store.pool.begin().await?;
    let class = class::get(&mut tx, id).await?;
    let people = people::count(&mut tx, id).await?;
    let marks = people::marks(&mut tx, id).await?;
    let asked = questions::asked(&mut tx, id).await?;
    let mut outcomes = vec![];
    for asked in &asked {
        outcomes.push(outcome(&mut tx, &class, asked).await?);
    }
    tx.commit().await?;
    let now = asked.iter().position(|asked| asked.question.id == class.question);
    let outcome = now.map(|at| outcomes[at].clone());
    let question = now.map(|at| asked[at].question.clone());
    let room = room(&class, question.as_ref(), outcome.as_ref(), people);
    let teacher = teacher(&room, outcome.as_ref(), &asked, &outcomes, &marks, here);
    let text = |value: &Value| value.to_string().into();
    Ok(Shown { room: text(&room), teacher: text(&teacher), class, question })
}

/// A question's first and last round.
pub async fn outcome(tx: &mut crate::store::Tx, class: &Class, asked: &Asked) -> Done<Outcome> {
    let question = &asked.question;
    let all = votes::rounds(tx, &class.id, &question.id).await?;
    let mut rounds: Vec<_> = all.into_iter().filter(|r| r.round >= asked.base).collect();
    if rounds.len() > 2 {
        rounds.drain(1..rounds.len() - 1);
    }
    let pair = match rounds.as_slice() {
        [first, last] => {
            let pair = (first.round, last.round);
            Some(votes::moved(tx, &class.id, &question.id, pair, question.right()).await?)
        }
        _ => None,
    };
    let right = question.options.iter().filter(|o| o.right).map(|o| o.value.clone()).collect();
    Ok(Outcome { right, rounds, pair })
}

fn room(
    class: &Class,
    question: Option<&Question>,
    outcome: Option<&Outcome>,
    people: i64,
) -> Value {
    let options = |q: &Question| -> Vec<Value> {
        q.options.iter().map(|o| json!({ "value": o.value, "text": o.text })).collect()
    };
    let asked = |q: &Question| json!({ "id": q.id, "page": q.page, "title": q.title, "prompt": q.prompt, "options": options(q) });
    let this_round =
        |o: &Outcome| o.rounds.iter().find(|r| r.round == class.round).map(|r| r.votes);
    let shown = outcome.filter(|_| class.phase == Phase::Reveal);
    json!({
        "name": class.name,
        "version": class.version,
        "ended": class.ended > 0,
        "phase": class.phase,
        "round": class.round,
        "people": people,
        "question": question.map(asked),
        "answered": outcome.and_then(this_round).unwrap_or(0),
        "result": shown,
    })
}

fn teacher(
    room: &Value,
    outcome: Option<&Outcome>,
    asked: &[Asked],
    outcomes: &[Outcome],
    marks: &[Marks],
    here: &Here,
) -> Value {
    let mut all = room.clone();
    let history = asked.iter().zip(outcomes).map(|(asked, outcome)| {
        let q = &asked.question;
        json!({ "id": q.id, "page": q.page, "title": q.title, "prompt": q.prompt, "revealed": asked.revealed > 0, "outcome": outcome })
    });
    all["tally"] = json!(outcome);
    all["history"] = history.collect();
    all["marks"] = json!(marks);
    all["where"] = json!(here);
    all["trouble"] = Value::Null;
    all
}
