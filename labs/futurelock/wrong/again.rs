//! Nothing is kept: the sale is dropped, and made anew after the note. What it did before it stood in line is done twice.
use crate::*;

pub(crate) struct App;

// ANCHOR: slow
impl Sells for App {
    async fn sell(shop: &Shop) {
        select! {
            biased;
            () = shop.sale() => {}
            () = sleep(ms(20)) => {
                shop.note().await;
                shop.sale().await;
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
