//! `join!` waits for both. But then the `?` throws away the answer of the one that succeeded, and with it the only way to take it back.
use crate::*;

pub(crate) struct App;

// ANCHOR: trip
impl Trips for App {
    async fn book(airline: &Service, hotel: &Service) -> Booked<Trip> {
        let (seat, room) = join!(airline.book(), hotel.book());
        Ok((seat?, room?))
    }
}
// ANCHOR_END: trip

// ANCHOR: import
impl Imports for App {
    async fn import(store: &Arc<Store>, parts: RangeInclusive<u32>) -> Result {
        let mut tasks: JoinSet<_> = parts.map(|part| store.clone().import(part)).collect();
        while let Some(done) = tasks.join_next().await {
            if let Err(e) = done? {
                tasks.shutdown().await;
                return Err(e);
            }
        }
        Ok(())
    }
}
// ANCHOR_END: import
