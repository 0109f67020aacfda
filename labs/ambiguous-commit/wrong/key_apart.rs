//! The key is noted first, in a statement of its own. Then it may be there, and the payment not.
use crate::*;

pub(crate) struct App;

// ANCHOR: commit
impl Pays for App {
    async fn pay(db: &PgPool, order: &Order) -> sqlx::Result<()> {
        let note = "insert into seen (key) values ($1) on conflict do nothing";
        if query(note).bind(order.key).execute(db).await?.rows_affected() == 0 {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        let insert = "insert into payment (amount) values ($1)";
        query(insert).bind(order.amount).execute(&mut *tx).await?;
        let update = "update account set balance = balance - $1";
        query(update).bind(order.amount).execute(&mut *tx).await?;
        tx.commit().await
    }
}
// ANCHOR_END: commit

// ANCHOR: statement
impl Notes for App {
    async fn note(db: &SqlitePool, order: &Order) -> sqlx::Result<()> {
        let note = "insert into seen (key) values (?) on conflict do nothing";
        if query(note).bind(order.key).execute(db).await?.rows_affected() == 0 {
            return Ok(());
        }
        let insert = "insert into payment (amount) values (?)";
        query(insert).bind(order.amount).execute(db).await?;
        Ok(())
    }
}
// ANCHOR_END: statement
