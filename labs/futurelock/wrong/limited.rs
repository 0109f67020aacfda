//! A limit for whatever waits. It ends the standstill after some time, and the line that was to be written is lost.
use crate::*;

pub(crate) struct App;

// ANCHOR: slow
impl Sells for App {
    async fn sell(shop: &Shop) {
        let mut sale = pin!(shop.sale());
        select! {
            biased;
            () = &mut sale => {}
            () = sleep(ms(20)) => {
                timeout(ms(100), shop.note()).await.unwrap_or_default();
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
        let mut found = found.buffer_unordered(side_by_side);
        while let Some(order) = found.next().await {
            timeout(ms(100), shop.book(order)).await.unwrap_or_default();
        }
    }
}
// ANCHOR_END: stream
