//! Votes. That a vote is taken only while its question is open is seen to by the statement itself.

use super::{Done, Tx, class};
use crate::{
    Refused,
    rules::{Pair, Phase, Round, pair},
};
use std::collections::BTreeMap;

/// One vote. A second one of the same person in the same round takes the first one's place.
pub async fn vote(
    tx: &mut Tx,
    class: &str,
    person: i64,
    (question, round, choice): (&str, i64, &str),
    now: i64,
) -> Done<()> {
    let taken = sqlx::query(
        "insert into vote (class, question, round, person, choice, at) \
         select id, question, round, $4, $5, $6 from class where id = $1 and phase = 'ask' and question = $2 and round = $3 \
         on conflict (class, question, round, person) do update set choice = excluded.choice, at = excluded.at",
    )
    .bind(class.to_owned())
    .bind(question.to_owned())
    .bind(round)
    .bind(person)
    .bind(choice.to_owned())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    if taken.rows_affected() == 1 { Ok(()) } else { Err(why_not(tx, class).await?) }
}

async fn why_not(tx: &mut Tx, id: &str) -> Done<Refused> {
    let class = class::get(tx, id).await?;
    Ok(match class.phase {
        _ if class.ended > 0 => Refused::Over,
        Phase::Ask => Refused::OtherQuestion,
        _ => Refused::NotOpen,
    })
}

/// The votes of each round of a question.
pub async fn rounds(tx: &mut Tx, class: &str, question: &str) -> Done<Vec<Round>> {
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(
        "select round, choice, count(*) from vote where class = $1 and question = $2 group by round, choice order by round",
    )
    .bind(class.to_owned())
    .bind(question.to_owned())
    .fetch_all(&mut **tx)
    .await?;
    let mut rounds: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    for (round, choice, n) in rows {
        rounds.entry(round).or_default().insert(choice, n);
    }
    Ok(rounds.into_iter().map(|(round, by)| Round::new(round, by)).collect())
}

/// What became, in one round, of those who voted in another.
pub async fn moved(
    tx: &mut Tx,
    class: &str,
    question: &str,
    (from, to): (i64, i64),
    is_right: impl Fn(&str) -> bool,
) -> Done<Pair> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "select a.choice, b.choice, count(*) from vote a join vote b on b.class = a.class and b.question = a.question \
         and b.person = a.person where a.class = $1 and a.question = $2 and a.round = $3 and b.round = $4 \
         group by a.choice, b.choice",
    )
    .bind(class.to_owned())
    .bind(question.to_owned())
    .bind(from)
    .bind(to)
    .fetch_all(&mut **tx)
    .await?;
    Ok(pair(rows.iter().map(|(from, to, n)| (from.as_str(), to.as_str(), *n)), is_right))
}

/// A person's own votes: question, round, choice.
pub async fn own(tx: &mut Tx, class: &str, person: i64) -> Done<Vec<(String, i64, String)>> {
    let own = "select question, round, choice from vote where class = $1 and person = $2 order by question, round";
    Ok(sqlx::query_as(own).bind(class.to_owned()).bind(person).fetch_all(&mut **tx).await?)
}
