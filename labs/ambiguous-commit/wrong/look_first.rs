//! Look whether it is there, and insert if not. What is still on its way is not there yet.
use crate::*;

pub(crate) struct App;

// ANCHOR: commit
impl Pays for App {
    async fn pay(db: &PgPool, order: &Order) -> sqlx::Result<()> {
        let look = "select count(*) from payment where order_no = $1";
        let there: i64 = query_scalar(look).bind(order.key).fetch_one(db).await?;
        if there > 0 {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        let insert = "insert into payment (order_no, amount) values ($1, $2)";
        query(insert).bind(order.key).bind(order.amount).execute(&mut *tx).await?;
        let update = "update account set balance = balance - $1";
        query(update).bind(order.amount).execute(&mut *tx).await?;
        tx.commit().await
    }
}
// ANCHOR_END: commit

// ANCHOR: statement
impl Notes for App {
    async fn note(db: &SqlitePool, order: &Order) -> sqlx::Result<()> {
        let look = "select count(*) from payment where order_no = ?";
        let there: i64 = query_scalar(look).bind(order.key).fetch_one(db).await?;
        if there > 0 {
            return Ok(());
        }
        let insert = "insert into payment (order_no, amount) values (?, ?)";
        query(insert).bind(order.key).bind(order.amount).execute(db).await?;
        Ok(())
    }
}
// ANCHOR_END: statement
