//! Orders are taken in the order in which they came, by `buffered`. The loop waits for a line in which it stands itself, as before.
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
                join!(shop.note(), sale);
            }
        }
    }
}
// ANCHOR_END: slow

// ANCHOR: stream
impl Imports for App {
    async fn import(orders: Vec<Order>, side_by_side: usize, shop: &Shop) {
        let found = stream::iter(orders).map(|order| shop.look_up(order));
        let mut found = found.buffered(side_by_side);
        while let Some(order) = found.next().await {
            shop.book(order).await;
        }
    }
}
// ANCHOR_END: stream
