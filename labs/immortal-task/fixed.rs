//! Each task has an owner who aborts it or waits for it, and what must not be cut short is asked to stop.
use crate::*;

pub(crate) struct App;

// ANCHOR: dropped
impl Dropped for App {
    type Poller = AbortOnDropHandle<usize>;

    fn start(polling: impl Work) -> Self::Poller {
        AbortOnDropHandle::new(tokio::spawn(polling))
    }
}
// ANCHOR_END: dropped

// ANCHOR: timeout
impl TimedOut for App {
    async fn report(limit: Duration, job: impl Work) -> Option<usize> {
        let report = timeout(limit, AbortOnDropHandle::new(tokio::spawn(job)));
        report.await.ok()?.ok()
    }
}
// ANCHOR_END: timeout

// ANCHOR: flush
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
    lines.close();
    while let Some(line) = lines.recv().await {
        batch.push(line);
    }
    disk.write(&mut batch).await;
}
// ANCHOR_END: flush

// ANCHOR: wait
impl Waited for App {
    async fn shutdown(stop: CancellationToken, tasks: TaskTracker) {
        stop.cancel();
        tasks.close();
        tasks.wait().await;
    }
}
// ANCHOR_END: wait
