//! The import is a task of its own, so that nobody can drop it halfway. It is not dropped, it is misled.
use crate::*;

pub(crate) struct App;

impl Imports for App {
    async fn import(mut rows: Rows, store: Arc<Store>) -> Outcome<usize> {
        let import = tokio::spawn(async move {
            let mut prices = vec![];
            while let Some(row) = rows.message().await? {
                prices.push(row.number);
            }
            Ok(store.replace(prices))
        });
        import.await.map_err(|e| Status::internal(e.to_string()))?
    }
}
