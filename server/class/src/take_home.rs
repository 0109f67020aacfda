use crate::{
    snapshot::outcome,
    store::{Done, Store, class, questions},
    writer::Me,
};
use serde::Serialize;

/// What one takes home: one's own answers, beside the room's where those were shown.
#[derive(Debug, Clone, Serialize)]
pub struct TakeHome {
    pub class: String,
    pub alias: String,
    /// Seconds since 1970; 0 while it goes on.
    pub ended: i64,
    pub questions: Vec<Own>,
    /// Pages and what one said of oneself there: stuck, or done.
    pub marks: Vec<(String, String)>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Own {
    pub id: String,
    pub page: String,
    pub title: String,
    pub prompt: String,
    /// Round by round, what one answered.
    pub answers: Vec<String>,
    /// None before the votes were shown: whether the last answer was right.
    pub right: Option<bool>,
    /// None before the votes were shown: how many of the room were right in the last round, and how many voted.
    pub room: Option<(i64, i64)>,
}

impl TakeHome {
    pub(crate) async fn read(store: &Store, id: &str, me: &Me) -> Done<Self> {
        let mut tx = store.pool.begin().await?;
        let class = class::get(&mut tx, id).await?;
        let mut questions = vec![];
        for asked in questions::asked(&mut tx, id).await? {
            let q = &asked.question;
            let values = || {
                me.votes.iter().filter(|(question, ..)| *question == q.id).map(|(.., value)| value)
            };
            let text = |value: &String| {
                q.options
                    .iter()
                    .find(|o| o.value == *value)
                    .map_or_else(|| value.clone(), |o| o.text.clone())
            };
            let shown = asked.revealed > 0;
            let room = match shown {
                true => outcome(&mut tx, &class, &asked)
                    .await?
                    .rounds
                    .last()
                    .map(|r| (r.right(q.right()), r.votes)),
                false => None,
            };
            questions.push(Own {
                answers: values().map(text).collect(),
                right: values().next_back().filter(|_| shown).map(|value| q.right()(value)),
                room,
                id: q.id.clone(),
                page: q.page.clone(),
                title: q.title.clone(),
                prompt: q.prompt.clone(),
            });
        }
        tx.commit().await?;
        let (alias, marks) = (me.alias.clone(), me.marks.clone());
        Ok(Self { class: class.name, alias, ended: class.ended, questions, marks })
    }
}
