//! (`flush`) A drop guard writes what is left, and no cancel can get past it. But `Drop` can't await: it needs a task for
//! that, and nobody waits for this one.
use crate::*;

pub(crate) struct App;

impl Flushed for App {
    fn start(tasks: &TaskTracker, stop: CancellationToken, lines: Lines, disk: Disk) {
        let log = Log { batch: vec![], disk: Some(disk) };
        tasks.spawn(stop.run_until_cancelled_owned(write_behind(lines, log)));
    }
}

struct Log {
    batch: Vec<String>,
    disk: Option<Disk>,
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Some(mut disk) = self.disk.take() {
            let mut batch = std::mem::take(&mut self.batch);
            tokio::spawn(async move { disk.write(&mut batch).await });
        }
    }
}

async fn write_behind(mut lines: Lines, mut log: Log) {
    let Some(mut due) = log.disk.as_ref().map(Disk::due) else { return };
    loop {
        select! {
            biased;
            _ = due.tick() => if let Some(disk) = &mut log.disk {
                disk.write(&mut log.batch).await;
            },
            Some(line) = lines.recv() => log.batch.push(line),
        }
    }
}

rest_is_fixed!(Dropped, TimedOut, Waited);
