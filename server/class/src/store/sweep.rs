//! What is over for long is deleted. A clock may be wrong by months, so no look at it is enough: what is due is noted first, and
//! deleted by a later look, an hour or more after.

use super::{Done, Tx};

/// How long a class is kept after its end, in seconds: 30 days.
pub const KEPT: i64 = 30 * 24 * 3600;
/// How long after the first look that found it due.
pub const GRACE: i64 = 3600;

/// It ended more than 30 days ago; or nobody ended it, and nobody did anything in it for 60.
const IS_OLD: &str = "((ended > 0 and ended < $1) or (ended = 0 and seen < $2))";

/// Deletes what is due for an hour, but for one that is `open` here; and notes what is due since now.
pub async fn sweep(tx: &mut Tx, now: i64, open: &str) -> Done<u64> {
    let gone = format!(
        "delete from class where {IS_OLD} and due > 0 and due <= $3 and (ended > 0 or id <> $4)"
    );
    let gone = sqlx::query(sqlx::AssertSqlSafe(gone)).bind(now - KEPT).bind(now - 2 * KEPT);
    let gone = gone.bind(now - GRACE).bind(open.to_owned()).execute(&mut **tx).await?;
    // A note from a time that is yet to come was made by a clock that was wrong: the hour begins anew.
    for note in [
        format!("update class set due = 0 where due > 0 and (due > $3 or not {IS_OLD})"),
        format!("update class set due = $3 where due = 0 and {IS_OLD}"),
    ] {
        let note = sqlx::query(sqlx::AssertSqlSafe(note)).bind(now - KEPT).bind(now - 2 * KEPT);
        note.bind(now).execute(&mut **tx).await?;
    }
    Ok(gone.rows_affected())
}

/// The clock has jumped: what it said before is worth nothing.
pub async fn doubt(tx: &mut Tx) -> Done<()> {
    sqlx::query("update class set due = 0 where due > 0").execute(&mut **tx).await?;
    Ok(())
}

/// Somebody does something in it. One that ended is deleted all the same.
pub async fn touch(tx: &mut Tx, class: &str, now: i64) -> Done<()> {
    let touch = sqlx::query("update class set seen = $2, due = 0 where id = $1 and ended = 0");
    touch.bind(class.to_owned()).bind(now).execute(&mut **tx).await?;
    Ok(())
}

/// For how many days nobody did anything in it, where it is noted as due.
pub async fn unused(tx: &mut Tx, class: &str, now: i64) -> Done<Option<i64>> {
    let seen = sqlx::query_scalar("select seen from class where id = $1 and due > 0");
    let seen: Option<i64> = seen.bind(class.to_owned()).fetch_optional(&mut **tx).await?;
    Ok(seen.map(|seen| (now - seen) / (24 * 3600)))
}

/// Deletes a class, at once and wholly.
pub async fn delete(tx: &mut Tx, class: &str) -> Done<()> {
    sqlx::query("delete from class where id = $1")
        .bind(class.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
