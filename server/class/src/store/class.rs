//! The class itself, and the question it is at.

use super::{Done, Tx};
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

/// A question that was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub question: Question,
    /// The first of the two rounds that are compared.
    pub base: i64,
    /// When it was first revealed; 0: never.
    pub revealed: i64,
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
        "insert into class (id, name, code, secret, opened, ended, is_open, version, phase, question, round) \
         values ($1, $2, $3, $4, $5, 0, 1, 0, 'idle', '', 0) on conflict do nothing",
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
            round = last_round(tx, id, &question).await? + 1;
            ask(tx, id, asks, round, now).await?;
        }
        (Step::Ask, None) => return Err(Unasked("it was not sent").into()),
        (Step::Again, _) => round += 1,
        (Step::Reveal, _) => reveal(tx, id, &question, now).await?,
        (Step::Clear, _) => question.clear(),
        (Step::Close | Step::Discuss, _) => {}
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

/// The last round in which this question was asked; 0: none. A round counts though nobody voted in it.
async fn last_round(tx: &mut Tx, id: &str, question: &str) -> Done<i64> {
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

async fn ask(tx: &mut Tx, id: &str, asks: &Question, base: i64, now: i64) -> Done<()> {
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

async fn reveal(tx: &mut Tx, id: &str, question: &str, now: i64) -> Done<()> {
    let revealed =
        "update question set revealed = $3 where class = $1 and id = $2 and revealed = 0";
    let revealed = sqlx::query(revealed).bind(id.to_owned()).bind(question.to_owned()).bind(now);
    revealed.execute(&mut **tx).await?;
    Ok(())
}

/// Ends it: nobody votes any more, and the next class may be opened.
pub async fn end(tx: &mut Tx, id: &str, now: i64) -> Done<()> {
    let end = "update class set ended = $2, is_open = 0, version = version + 1, phase = 'idle', question = '' \
               where id = $1 and ended = 0";
    let ended = sqlx::query(end).bind(id.to_owned()).bind(now).execute(&mut **tx).await?;
    if ended.rows_affected() == 1 { Ok(()) } else { Err(Refused::Over) }
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
