//! "Never hold a lock across an await": the sheet is out of its place all the same, and now others can see that.
use crate::*;

pub(crate) struct App;

// ANCHOR: taken
impl Books for App {
    async fn book(sheet: &Mutex<Option<Sheet>>, desk: &Desk, room: Room) -> Option<()> {
        let old = sheet.lock().await.take()?;
        desk.is_ready(room).await;
        *sheet.lock().await = Some(old.with(room));
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
        let _lowered = Lowered(printing);
        for _ in 1..=3 {
            desk.print_page().await;
        }
        true
    }
}
struct Lowered<'a>(&'a AtomicBool);
impl Drop for Lowered<'_> {
    fn drop(&mut self) {
        self.0.store(false, SeqCst);
    }
}
// ANCHOR_END: flag
