//! A sale counts as slow after 60 ms only. That is rarer, until the stocktaking takes longer.
use crate::*;

pub(crate) struct App;

// ANCHOR: slow
impl Sells for App {
    async fn sell(shop: &Shop) {
        let mut sale = pin!(shop.sale());
        select! {
            biased;
            () = &mut sale => {}
            () = sleep(ms(60)) => {
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
        let orders = stream::iter(orders);
        let look_up_and_book = async |order| shop.book(shop.look_up(order).await).await;
        orders.for_each_concurrent(side_by_side, look_up_and_book).await;
    }
}
// ANCHOR_END: stream
