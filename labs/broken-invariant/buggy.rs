//! What the lock guards is not whole while somebody waits.
use crate::*;

pub(crate) struct App;

// ANCHOR: taken
impl Books for App {
    async fn book(sheet: &Mutex<Option<Sheet>>, desk: &Desk, room: Room) -> Option<()> {
        let mut slot = sheet.lock().await;
        let old = slot.take()?;
        desk.is_ready(room).await;
        *slot = Some(old.with(room));
        desk.confirm(room).await;
        Some(())
    }
}
// ANCHOR_END: taken

// ANCHOR: moved
impl Lets for App {
    async fn give(rooms: &Mutex<Rooms>, desk: &Desk, room: Room) {
        let mut rooms = rooms.lock().await;
        rooms.free.remove(&room);
        desk.is_ready(room).await;
        rooms.taken.insert(room);
        desk.confirm(room).await;
    }
}
// ANCHOR_END: moved

// ANCHOR: flag
impl Prints for App {
    async fn print(printing: &AtomicBool, desk: &Desk) -> bool {
        if printing.swap(true, SeqCst) {
            return false;
        }
        for _ in 1..=3 {
            desk.print_page().await;
        }
        printing.store(false, SeqCst);
        true
    }
}
// ANCHOR_END: flag
