//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: commit
impl Pays for App {
    async fn pay(db: &PgPool, order: &Order) -> sqlx::Result<()> {
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
        let insert = "insert into payment (amount) values (?)";
        query(insert).bind(order.amount).execute(db).await?;
        Ok(())
    }
}
// ANCHOR_END: statement
