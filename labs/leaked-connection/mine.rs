//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: task
impl Spawns for App {
    async fn confirm(shop: &Shop, order: i64) -> sqlx::Result<()> {
        let shop = shop.clone();
        let work = tokio::spawn(async move {
            let mut db = shop.pool.acquire().await?;
            let to = address(&mut db, order).await?;
            shop.send(&to).await?;
            mark(&mut db, order, "confirmed").await
        });
        work.await.map_err(io::Error::from)?
    }
}
// ANCHOR_END: task

// ANCHOR: held
impl Holds for App {
    async fn confirm(shop: &Shop, order: i64) -> sqlx::Result<()> {
        let mut db = shop.pool.acquire().await?;
        let to = address(&mut db, order).await?;
        shop.send(&to).await?;
        mark(&mut db, order, "confirmed").await
    }
}
// ANCHOR_END: held

// ANCHOR: forgotten
impl Disarms for App {
    async fn pay(shop: &Shop, order: i64) -> sqlx::Result<()> {
        let mut claim = shop.claim(order).await?;
        shop.charge(order).await?;
        mark(&mut claim.db, order, "paid").await?;
        // It is paid, so nobody is to have it back.
        mem::forget(claim);
        Ok(())
    }
}
// ANCHOR_END: forgotten
