//! One await before the commit: a handler whose caller has left is dropped there. Where the feed ended, the caller has not left.
use crate::*;

pub(crate) struct App;

impl Imports for App {
    async fn import(mut rows: Rows, store: Arc<Store>) -> Outcome<usize> {
        let mut prices = vec![];
        while let Some(row) = rows.message().await? {
            prices.push(row.number);
        }
        sleep(ms(20)).await;
        Ok(store.replace(prices))
    }
}
