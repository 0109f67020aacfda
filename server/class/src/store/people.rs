//! Who is in it, and what they say of themselves.

use super::{Done, Tx};
use crate::{
    Refused,
    rules::{MarkState, aliases},
};
use serde::Serialize;
use sqlx::Row;

/// The most people of a class.
pub const MOST: i64 = 5000;

/// A person, by the hash of their cookie.
pub async fn find(tx: &mut Tx, class: &str, token: &str) -> Done<Option<(i64, String)>> {
    let row = sqlx::query("select id, alias from person where class = $1 and token = $2")
        .bind(class.to_owned())
        .bind(token.to_owned())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row
        .map(|row| Ok::<_, sqlx::Error>((row.try_get("id")?, row.try_get("alias")?)))
        .transpose()?)
}

/// Takes somebody in, under a pseudonym that is free.
pub async fn join(tx: &mut Tx, class: &str, token: &str, random: u64) -> Done<(i64, String)> {
    if count(tx, class).await? >= MOST {
        return Err(Refused::Full(MOST));
    }
    let id = (random >> 1) as i64;
    for alias in aliases(random) {
        let taken = sqlx::query(
            "insert into person (class, id, token, alias) values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(class.to_owned())
        .bind(id)
        .bind(token.to_owned())
        .bind(alias.clone())
        .execute(&mut **tx)
        .await?;
        if taken.rows_affected() == 1 {
            return Ok((id, alias));
        }
    }
    Err(Refused::Busy)
}

/// Another pseudonym.
pub async fn rename(tx: &mut Tx, class: &str, person: i64, random: u64) -> Done<()> {
    for alias in aliases(random) {
        let free: i64 =
            sqlx::query_scalar("select count(*) from person where class = $1 and alias = $2")
                .bind(class.to_owned())
                .bind(alias.clone())
                .fetch_one(&mut **tx)
                .await?;
        if free == 0 {
            sqlx::query("update person set alias = $3 where class = $1 and id = $2")
                .bind(class.to_owned())
                .bind(person)
                .bind(alias)
                .execute(&mut **tx)
                .await?;
            return Ok(());
        }
    }
    Err(Refused::Busy)
}

pub async fn count(tx: &mut Tx, class: &str) -> Done<i64> {
    let count = sqlx::query_scalar("select count(*) from person where class = $1");
    Ok(count.bind(class.to_owned()).fetch_one(&mut **tx).await?)
}

pub async fn mark(tx: &mut Tx, class: &str, person: i64, page: &str, state: MarkState) -> Done<()> {
    let marked = match state {
        MarkState::Clear => {
            let clear = "delete from mark where class = $1 and page = $2 and person = $3";
            sqlx::query(clear).bind(class.to_owned()).bind(page.to_owned()).bind(person)
        }
        MarkState::Stuck | MarkState::Done => sqlx::query(
            "insert into mark (class, page, person, state) values ($1, $2, $3, $4) \
             on conflict (class, page, person) do update set state = excluded.state",
        )
        .bind(class.to_owned())
        .bind(page.to_owned())
        .bind(person)
        .bind(state.word()),
    };
    marked.execute(&mut **tx).await?;
    Ok(())
}

/// Deletes what somebody said and answered; they stay in. Gives who it was, by their pseudonym.
pub async fn afresh(tx: &mut Tx, class: &str, alias: &str) -> Done<i64> {
    let person: Option<i64> =
        sqlx::query_scalar("select id from person where class = $1 and alias = $2")
            .bind(class.to_owned())
            .bind(alias.to_owned())
            .fetch_optional(&mut **tx)
            .await?;
    let person = person.ok_or(Refused::Nobody)?;
    for theirs in [
        "delete from vote where class = $1 and person = $2",
        "delete from mark where class = $1 and person = $2",
    ] {
        sqlx::query(theirs).bind(class.to_owned()).bind(person).execute(&mut **tx).await?;
    }
    Ok(person)
}

/// How many people said what of themselves on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Marks {
    pub page: String,
    pub stuck: i64,
    pub done: i64,
}

pub async fn marks(tx: &mut Tx, class: &str) -> Done<Vec<Marks>> {
    let rows = sqlx::query(
        "select page, count(case when state = 'stuck' then 1 end) as stuck, \
         count(case when state = 'done' then 1 end) as done from mark where class = $1 group by page order by page",
    )
    .bind(class.to_owned())
    .fetch_all(&mut **tx)
    .await?;
    let read = |row: &sqlx::any::AnyRow| -> sqlx::Result<Marks> {
        Ok(Marks {
            page: row.try_get("page")?,
            stuck: row.try_get("stuck")?,
            done: row.try_get("done")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// A person's own marks: page and state.
pub async fn own_marks(tx: &mut Tx, class: &str, person: i64) -> Done<Vec<(String, String)>> {
    let marks = "select page, state from mark where class = $1 and person = $2 order by page";
    Ok(sqlx::query_as(marks).bind(class.to_owned()).bind(person).fetch_all(&mut **tx).await?)
}
