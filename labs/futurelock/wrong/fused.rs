//! `fuse` is known from `select!`. It helps against polling too often; here nobody polls.
use crate::*;
use futures_util::FutureExt;

pub(crate) struct App;

// ANCHOR: slow
impl Sells for App {
    async fn sell(shop: &Shop) {
        let mut sale = pin!(shop.sale().fuse());
        select! {
            biased;
            () = &mut sale => {}
            () = sleep(ms(20)) => {
                shop.note().await;
                sale.await;
            }
        }
    }
}
// ANCHOR_END: slow

// ANCHOR: stream
impl Imports for App {
    async fn import(orders: Vec<Order>, side_by_side: usize, shop: &Shop) {
        let found = stream::iter(orders).map(|order| shop.look_up(order));
        let mut found = found.buffer_unordered(side_by_side).fuse();
        while let Some(order) = found.next().await {
            shop.book(order).await;
        }
    }
}
// ANCHOR_END: stream
