//! The questions that were asked.

use super::{Done, Tx};
use crate::{
    Refused,
    rules::{Question, Unasked},
};
use sqlx::Row;

/// A question that was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub question: Question,
    /// The first of the two rounds that are compared.
    pub base: i64,
    /// When it was first revealed; 0: never.
    pub revealed: i64,
}

/// The last round in which this question was asked; 0: none. A round counts though nobody voted in it.
pub async fn last_round(tx: &mut Tx, id: &str, question: &str) -> Done<i64> {
    let last: i64 = sqlx::query_scalar(
        "select coalesce(max(n), 0) from (select max(round) as n from vote where class = $1 and question = $2 \
         union all select max(base) from question where class = $1 and id = $2 \
         union all select round from class where id = $1 and question = $2) as known",
    )
    .bind(id.to_owned())
    .bind(question.to_owned())
    .fetch_one(&mut **tx)
    .await?;
    Ok(last)
}

/// Questions are told in the order in which they were asked, though the clock may have stepped back between two of them.
async fn after_all(tx: &mut Tx, id: &str, now: i64) -> Done<i64> {
    let last: i64 =
        sqlx::query_scalar("select coalesce(max(asked), 0) from question where class = $1")
            .bind(id.to_owned())
            .fetch_one(&mut **tx)
            .await?;
    Ok(now.max(last + 1))
}

/// A question that is asked, for the first time or again.
pub async fn ask(tx: &mut Tx, id: &str, asks: &Question, base: i64, now: i64) -> Done<()> {
    let now = after_all(tx, id, now).await?;
    let options = serde_json::to_string(&asks.options)
        .map_err(|_| Refused::from(Unasked("its options can't be written")))?;
    sqlx::query(
        "insert into question (class, id, page, title, prompt, options, base, asked, revealed) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0) on conflict (class, id) do update set page = excluded.page, \
         title = excluded.title, prompt = excluded.prompt, options = excluded.options, base = excluded.base",
    )
    .bind(id.to_owned())
    .bind(asks.id.clone())
    .bind(asks.page.clone())
    .bind(asks.title.clone())
    .bind(asks.prompt.clone())
    .bind(options)
    .bind(base)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn reveal(tx: &mut Tx, id: &str, question: &str, now: i64) -> Done<()> {
    let revealed =
        "update question set revealed = $3 where class = $1 and id = $2 and revealed = 0";
    let revealed = sqlx::query(revealed).bind(id.to_owned()).bind(question.to_owned()).bind(now);
    revealed.execute(&mut **tx).await?;
    Ok(())
}

/// All questions that were asked, in the order in which they were.
pub async fn asked(tx: &mut Tx, id: &str) -> Done<Vec<Asked>> {
    let rows = sqlx::query(
        "select id, page, title, prompt, options, base, revealed from question where class = $1 order by asked, id",
    )
    .bind(id.to_owned())
    .fetch_all(&mut **tx)
    .await?;
    let read = |row: &sqlx::any::AnyRow| -> sqlx::Result<Asked> {
        let options: String = row.try_get("options")?;
        let question = Question {
            id: row.try_get("id")?,
            page: row.try_get("page")?,
            title: row.try_get("title")?,
            prompt: row.try_get("prompt")?,
            options: serde_json::from_str(&options).unwrap_or_default(),
        };
        Ok(Asked { question, base: row.try_get("base")?, revealed: row.try_get("revealed")? })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}
