//! TODO: why these do not, in one line.
use crate::*;

pub(crate) struct App;

// ANCHOR: first
impl First for App {
    async fn first(items: &mut Items) {
        while items.waiting > 0 {
            sleep(STEP).await;
            items.waiting -= 1;
            items.done += 1;
        }
    }
}
// ANCHOR_END: first

// ANCHOR: second
impl Second for App {
    async fn second(room: &Room) {
        room.enter();
        let _leaves = Inside(room);
        sleep(STEP * 5).await;
    }
}

struct Inside<'a>(&'a Room);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}
// ANCHOR_END: second
