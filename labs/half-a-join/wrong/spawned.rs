//! A task of its own is not dropped, so each booking comes to its end. Its number comes to nobody all the same.
use crate::*;

pub(crate) struct App;

// ANCHOR: trip
impl Trips for App {
    async fn book(airline: &Service, hotel: &Service) -> Booked<Trip> {
        let (airline, hotel) = (airline.clone(), hotel.clone());
        let seat = tokio::spawn(async move { airline.book().await });
        let room = tokio::spawn(async move { hotel.book().await });
        try_join!(async { seat.await.expect("it does not panic") }, async {
            room.await.expect("it does not panic")
        })
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
