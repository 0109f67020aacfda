//! A limit inside, so that the line behind it is reached in any case. Unless somebody outside has less patience.
use crate::*;

pub(crate) struct App;

// ANCHOR: taken
impl Books for App {
    async fn book(sheet: &Mutex<Option<Sheet>>, desk: &Desk, room: Room) -> Option<()> {
        let mut slot = sheet.lock().await;
        slot.as_ref()?;
        desk.is_ready(room).await;
        *slot = slot.take().map(|old| old.with(room));
        desk.confirm(room).await;
        Some(())
    }
}
// ANCHOR_END: taken

// ANCHOR: moved
impl Lets for App {
    async fn give(rooms: &Mutex<Rooms>, desk: &Desk, room: Room) {
        let mut rooms = rooms.lock().await;
        desk.is_ready(room).await;
        rooms.free.remove(&room);
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
        let pages = async {
            for _ in 1..=3 {
                desk.print_page().await;
            }
        };
        let printed = timeout(ms(100), pages).await.is_ok();
        printing.store(false, SeqCst);
        printed
    }
}
// ANCHOR_END: flag
