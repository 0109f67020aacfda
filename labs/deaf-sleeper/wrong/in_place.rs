//! `block_in_place` tells the runtime that this thread is lost, and the neighbours move to another. They are well. The call
//! still holds its thread, and its timeout still gets no turn.
use crate::*;
use tokio::task::block_in_place;

pub(crate) struct App;

impl Locks for App {
    type List = std::sync::Mutex<Vec<u64>>;

    fn export(list: &Self::List, write: impl FnOnce(&[u64])) {
        buggy::App::export(list, write);
    }

    async fn lowest(list: Arc<Self::List>) -> Option<u64> {
        let prices = block_in_place(|| list.lock()).ok()?;
        prices.iter().copied().min()
    }
}

impl Retries for App {
    async fn price(mut cache: impl Cache, pause: Duration) -> u64 {
        block_in_place(|| {
            loop {
                if let Some(found) = cache() {
                    return found;
                }
                thread::sleep(pause);
            }
        })
    }
}

impl Asks for App {
    async fn price(worker: Worker) -> Option<u64> {
        let (reply, answer) = mpsc::channel();
        worker.ask(move |price| reply.send(price).is_ok());
        block_in_place(|| answer.recv()).ok()
    }
}

impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        block_in_place(|| candidates.fold(0, u64::max))
    }
}

rest_is_fixed!(Follows, Ticks);
