//! The order has a name, and the database takes each name once.
use crate::*;

pub(crate) struct App;

// ANCHOR: commit
impl Pays for App {
    async fn pay(db: &PgPool, order: &Order) -> sqlx::Result<()> {
        let mut tx = db.begin().await?;
        let insert = "insert into payment (key, amount) values ($1, $2) on conflict do nothing";
        let new = query(insert).bind(order.key).bind(order.amount).execute(&mut *tx).await?;
        if new.rows_affected() == 0 {
            return Ok(());
        }
        let update = "update account set balance = balance - $1";
        query(update).bind(order.amount).execute(&mut *tx).await?;
        tx.commit().await
    }
}
// ANCHOR_END: commit

// ANCHOR: statement
impl Notes for App {
    async fn note(db: &SqlitePool, order: &Order) -> sqlx::Result<()> {
        let insert = "insert into payment (key, amount) values (?, ?) on conflict do nothing";
        query(insert).bind(order.key).bind(order.amount).execute(db).await?;
        Ok(())
    }
}
// ANCHOR_END: statement
