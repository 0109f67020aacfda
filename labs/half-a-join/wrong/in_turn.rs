//! One after the other: the room is not asked for where there is no seat. Where there is no room, the seat stays booked.
use crate::*;

pub(crate) struct App;

// ANCHOR: trip
impl Trips for App {
    async fn book(airline: &Service, hotel: &Service) -> Booked<Trip> {
        let seat = airline.book().await?;
        let room = hotel.book().await?;
        Ok((seat, room))
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
