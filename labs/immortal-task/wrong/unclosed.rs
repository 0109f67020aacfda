//! (`flush`) The channel is drained until it says that there is no more. It says so when its last sender is gone; and the
//! sender waits for this task.
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
    while let Some(line) = lines.recv().await {
        batch.push(line);
    }
    disk.write(&mut batch).await;
}

rest_is_fixed!(Dropped, TimedOut, Waited);
