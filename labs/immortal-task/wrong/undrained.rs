//! (`flush`) Asked to stop, the task writes its batch once more. What is still in the channel, sent and not received, is
//! nobody's.
use crate::*;

pub(crate) struct App;

impl Flushed for App {
    fn start(tasks: &TaskTracker, stop: CancellationToken, lines: Lines, disk: Disk) {
        tasks.spawn(write_behind(lines, disk, stop));
    }
}

async fn write_behind(mut lines: Lines, mut disk: Disk, stop: CancellationToken) {
    let (mut batch, mut due) = (vec![], disk.due());
    loop {
        select! {
            biased;
            () = stop.cancelled() => break,
            _ = due.tick() => disk.write(&mut batch).await,
            Some(line) = lines.recv() => batch.push(line),
        }
    }
    disk.write(&mut batch).await;
}

rest_is_fixed!(Dropped, TimedOut, Waited);
