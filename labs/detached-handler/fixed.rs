//! What runs elsewhere is told when the handler goes.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Reports for Handler {
    // ANCHOR: inline
    async fn inline(&self, report: Report) -> Reply {
        Ok(report.draw().await)
    }
    // ANCHOR_END: inline

    // ANCHOR: spawn
    async fn spawn(&self, report: Report) -> Reply {
        let drawing = AbortOnDropHandle::new(tokio::spawn(report.draw()));
        drawing.await.map_err(lost)
    }
    // ANCHOR_END: spawn

    // ANCHOR: blocking
    async fn blocking(&self, report: Report) -> Reply {
        let stop = CancellationToken::new();
        let _on_drop = stop.clone().drop_guard();
        let drawing = spawn_blocking(move || {
            for page in report.pages().take_while(|_| !stop.is_cancelled()) {
                report.draw_page(page);
            }
            report.finish()
        });
        drawing.await.map_err(lost)
    }
    // ANCHOR_END: blocking

    // ANCHOR: loop
    async fn in_a_loop(&self, report: Report) -> Reply {
        for page in report.pages() {
            report.draw_page(page);
            yield_now().await;
        }
        Ok(report.finish())
    }
    // ANCHOR_END: loop

    // ANCHOR: axum
    async fn under_axum(&self, report: Report, left: Duration) -> Reply {
        let late = |_| Status::deadline_exceeded("the time is up");
        timeout(left, report.draw()).await.map_err(late)
    }
    // ANCHOR_END: axum

    // ANCHOR: status
    fn is_out_of_time(status: &Status) -> bool {
        let by_tonic = status.code() == Code::Cancelled && status.message() == "Timeout expired";
        by_tonic || status.code() == Code::DeadlineExceeded
    }
    // ANCHOR_END: status
}
