//! Nobody gets the connection before the server has closed the cancel's own: by then it has passed it on.
use crate::*;

pub(crate) struct App;

impl Reports for App {
    async fn report(shop: &Shop, sql: &str) -> Result {
        let db = shop.pool.get().await?;
        let mut running = Running { db: Some(db), shop };
        running.execute(sql).await?;
        running.db = None;
        Ok(())
    }
}

/// A statement, cancelled where its caller leaves.
struct Running<'a> {
    db: Option<Object>,
    shop: &'a Shop,
}

impl Running<'_> {
    async fn execute(&self, sql: &str) -> Result {
        let db = self.db.as_ref().expect("it is taken at the end");
        Ok(db.batch_execute(sql).await?)
    }
}

// ANCHOR: drop
impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Some(db) = self.db.take() else { return };
        let server = self.shop.server;
        self.shop.tasks.spawn(async move {
            match timeout(LIMIT, cancel(&db, server)).await {
                Ok(Ok(())) => drop(db),
                _ => drop(Object::take(db)),
            }
        });
    }
}

async fn cancel(db: &Object, server: SocketAddr) -> Result {
    let mut wire = TcpStream::connect(server).await?;
    db.cancel_token().cancel_query_raw(&mut wire, NoTls).await?;
    wire.read_to_end(&mut vec![]).await?;
    Ok(())
}
// ANCHOR_END: drop
