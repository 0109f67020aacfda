//! What is over for long is deleted.

use super::{Done, Tx};

/// How long a class is kept after its end, in seconds: 30 days.
pub const KEPT: i64 = 30 * 24 * 3600;

/// Deletes what ended more than 30 days ago. One that nobody ended for 60 days is over as well, unless it is `open` here.
pub async fn sweep(tx: &mut Tx, now: i64, open: &str) -> Done<u64> {
    let old = "delete from class where (ended > 0 and ended < $1) or (ended = 0 and opened < $2 and id <> $3)";
    let swept = sqlx::query(old).bind(now - KEPT).bind(now - 2 * KEPT).bind(open.to_owned());
    Ok(swept.execute(&mut **tx).await?.rows_affected())
}

/// Deletes a class, at once and wholly.
pub async fn delete(tx: &mut Tx, class: &str) -> Done<()> {
    sqlx::query("delete from class where id = $1")
        .bind(class.to_owned())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
