//! The transaction in a task of its own, as for a BEGIN: nothing is dropped, and the answer is lost all the same.
use crate::*;

pub(crate) struct App;

// ANCHOR: commit
impl Pays for App {
    async fn pay(db: &PgPool, order: &Order) -> sqlx::Result<()> {
        let (db, amount) = (db.clone(), order.amount);
        let paid = tokio::spawn(async move {
            let mut tx = db.begin().await?;
            let insert = "insert into payment (amount) values ($1)";
            query(insert).bind(amount).execute(&mut *tx).await?;
            let update = "update account set balance = balance - $1";
            query(update).bind(amount).execute(&mut *tx).await?;
            tx.commit().await
        });
        paid.await.map_err(io::Error::from)?
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
