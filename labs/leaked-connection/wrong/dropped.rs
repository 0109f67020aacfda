//! The guard is dropped, so the connection comes back; and so does the order, which is paid.
use crate::*;

pub(crate) struct App;

// ANCHOR: task
impl Spawns for App {
    async fn confirm(shop: &Shop, order: i64) -> sqlx::Result<()> {
        let shop = shop.clone();
        let work = AbortOnDropHandle::new(tokio::spawn(async move {
            let mut db = shop.pool.acquire().await?;
            let to = address(&mut db, order).await?;
            shop.send(&to).await?;
            mark(&mut db, order, "confirmed").await
        }));
        work.await.map_err(io::Error::from)?
    }
}
// ANCHOR_END: task

// ANCHOR: held
impl Holds for App {
    async fn confirm(shop: &Shop, order: i64) -> sqlx::Result<()> {
        let mut db = shop.pool.acquire().await?;
        let to = address(&mut db, order).await?;
        drop(db);
        shop.send(&to).await?;
        let mut db = shop.pool.acquire().await?;
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
        drop(claim);
        Ok(())
    }
}
// ANCHOR_END: forgotten
