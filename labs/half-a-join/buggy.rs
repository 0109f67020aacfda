//! The first error ends it all, and what the others were about to bring is dropped.
use crate::*;

pub(crate) struct App;

// ANCHOR: trip
impl Trips for App {
    async fn book(airline: &Service, hotel: &Service) -> Booked<Trip> {
        try_join!(airline.book(), hotel.book())
    }
}
// ANCHOR_END: trip

// ANCHOR: import
impl Imports for App {
    async fn import(store: &Arc<Store>, parts: RangeInclusive<u32>) -> Result {
        let tasks = parts.map(|part| tokio::spawn(store.clone().import(part)));
        try_join_all(tasks.map(async |task| task.await?)).await?;
        Ok(())
    }
}
// ANCHOR_END: import
