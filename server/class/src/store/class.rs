//! The class itself, and the question it is at.

use super::{Done, Tx, questions, stage};
use crate::{
    Refused,
    rules::{Phase, Question, Step, Unasked},
};
use sqlx::Row;

/// The class as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub id: String,
    pub name: String,
    pub code: String,
    pub secret: String,
    pub opened: i64,
    pub ended: i64,
    /// Grows with each step, so that two who step at once do not both succeed.
    pub version: i64,
    pub phase: Phase,
    pub question: String,
    pub round: i64,
}

const COLUMNS: &str =
    "select id, name, code, secret, opened, ended, version, phase, question, round from class";

fn read(row: &sqlx::any::AnyRow) -> sqlx::Result<Class> {
    let phase: String = row.try_get("phase")?;
    Ok(Class {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        code: row.try_get("code")?,
        secret: row.try_get("secret")?,
        opened: row.try_get("opened")?,
        ended: row.try_get("ended")?,
        version: row.try_get("version")?,
        phase: Phase::read(&phase).unwrap_or(Phase::Idle),
        question: row.try_get("question")?,
        round: row.try_get("round")?,
    })
}

/// The class that is open, if there is one.
pub async fn open_one(tx: &mut Tx) -> Done<Option<Class>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where is_open = 1")));
    let row = row.fetch_optional(&mut **tx).await?;
    Ok(row.as_ref().map(read).transpose()?)
}

pub async fn get(tx: &mut Tx, id: &str) -> Done<Class> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where id = $1")));
    let row = row.bind(id.to_owned()).fetch_optional(&mut **tx).await?;
    Ok(read(&row.ok_or(Refused::NotJoined)?)?)
}

/// Opens this class, unless one is open already.
pub async fn insert(tx: &mut Tx, class: &Class) -> Done<()> {
    sqlx::query(
        "insert into class (id, name, code, secret, opened, ended, is_open, version, phase, question, round, seen) \
         values ($1, $2, $3, $4, $5, 0, 1, 0, 'idle', '', 0, $5) on conflict do nothing",
    )
    .bind(class.id.clone())
    .bind(class.name.clone())
    .bind(class.code.clone())
    .bind(class.secret.clone())
    .bind(class.opened)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One step of the teacher's, from the version they saw.
pub async fn step(
    tx: &mut Tx,
    id: &str,
    seen: i64,
    step: Step,
    asks: Option<&Question>,
    now: i64,
) -> Done<()> {
    let class = get(tx, id).await?;
    if class.ended > 0 {
        return Err(Refused::Over);
    }
    if class.version != seen {
        return Err(Refused::Stale);
    }
    let phase = class.phase.after(step)?;
    let (mut question, mut round) = (class.question.clone(), class.round);
    match (step, asks) {
        (Step::Ask, Some(asks)) => {
            asks.check()?;
            question.clone_from(&asks.id);
            round = questions::last_round(tx, id, &question).await? + 1;
            questions::ask(tx, id, asks, round, now).await?;
        }
        (Step::Ask, None) => return Err(Unasked("it was not sent").into()),
        (Step::Again, _) => round += 1,
        (Step::Reveal, _) => questions::reveal(tx, id, &question, now).await?,
        (Step::Clear, _) => question.clear(),
        (Step::Close | Step::Discuss, _) => {}
    }
    if matches!(step, Step::Ask | Step::Again) {
        // What is shown may be the answer.
        stage::clear(tx, id).await?;
    }
    let moved = sqlx::query(
        "update class set version = version + 1, phase = $3, question = $4, round = $5 where id = $1 and version = $2",
    )
    .bind(id.to_owned())
    .bind(seen)
    .bind(phase.word())
    .bind(question)
    .bind(round)
    .execute(&mut **tx)
    .await?;
    if moved.rows_affected() == 1 { Ok(()) } else { Err(Refused::Stale) }
}

/// Ends it: nobody votes any more, and the next class may be opened.
pub async fn end(tx: &mut Tx, id: &str, now: i64) -> Done<()> {
    let end = "update class set ended = $2, is_open = 0, version = version + 1, phase = 'idle', question = '' \
               where id = $1 and ended = 0";
    let ended = sqlx::query(end).bind(id.to_owned()).bind(now).execute(&mut **tx).await?;
    if ended.rows_affected() == 1 { Ok(()) } else { Err(Refused::Over) }
}
