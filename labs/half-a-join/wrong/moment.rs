//! A moment of patience before the store is emptied, so that the others can end. Some take longer.
use crate::*;

pub(crate) struct App;

// ANCHOR: trip
impl Trips for App {
    async fn book(airline: &Service, hotel: &Service) -> Booked<Trip> {
        match join!(airline.book(), hotel.book()) {
            (Ok(seat), Ok(room)) => return Ok((seat, room)),
            (Ok(seat), Err(_)) => airline.cancel(seat).await,
            (Err(_), Ok(room)) => hotel.cancel(room).await,
            (Err(_), Err(_)) => {}
        }
        Err(SoldOut)
    }
}
// ANCHOR_END: trip

// ANCHOR: import
impl Imports for App {
    async fn import(store: &Arc<Store>, parts: RangeInclusive<u32>) -> Result {
        let tasks = parts.map(|part| tokio::spawn(store.clone().import(part)));
        let all = try_join_all(tasks.map(async |task| task.await?)).await;
        if all.is_err() {
            sleep(ms(40)).await;
        }
        all.map(drop)
    }
}
// ANCHOR_END: import
