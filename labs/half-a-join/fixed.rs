//! Wait for each answer, then take back what should not be. A task that is no longer wanted is ended before one goes on.
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
