//! A task belongs to the runtime. Whoever drops its handle, or the future around its state, decides nothing or too much.
use crate::*;

pub(crate) struct App;

// ANCHOR: dropped
impl Dropped for App {
    type Poller = JoinHandle<usize>;

    fn start(polling: impl Work) -> Self::Poller {
        tokio::spawn(polling)
    }
}
// ANCHOR_END: dropped

// ANCHOR: timeout
impl TimedOut for App {
    async fn report(limit: Duration, job: impl Work) -> Option<usize> {
        let report = timeout(limit, tokio::spawn(job));
        report.await.ok()?.ok()
    }
}
// ANCHOR_END: timeout

// ANCHOR: flush
impl Flushed for App {
    fn start(tasks: &TaskTracker, stop: CancellationToken, lines: Lines, disk: Disk) {
        tasks.spawn(stop.run_until_cancelled_owned(write_behind(lines, disk)));
    }
}

async fn write_behind(mut lines: Lines, mut disk: Disk) {
    let (mut batch, mut due) = (vec![], disk.due());
    loop {
        select! {
            biased;
            _ = due.tick() => disk.write(&mut batch).await,
            Some(line) = lines.recv() => batch.push(line),
        }
    }
}
// ANCHOR_END: flush

// ANCHOR: wait
impl Waited for App {
    async fn shutdown(stop: CancellationToken, tasks: TaskTracker) {
        stop.cancel();
        tasks.wait().await;
    }
}
// ANCHOR_END: wait
