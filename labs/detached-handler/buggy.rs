//! What runs elsewhere does not end with the handler that awaits it.
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
        let drawing = tokio::spawn(report.draw());
        drawing.await.map_err(lost)
    }
    // ANCHOR_END: spawn

    // ANCHOR: blocking
    async fn blocking(&self, report: Report) -> Reply {
        let drawing = spawn_blocking(move || {
            for page in report.pages() {
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
        }
        Ok(report.finish())
    }
    // ANCHOR_END: loop

    // ANCHOR: axum
    async fn under_axum(&self, report: Report, _left: Duration) -> Reply {
        Ok(report.draw().await)
    }
    // ANCHOR_END: axum

    // ANCHOR: status
    fn is_out_of_time(status: &Status) -> bool {
        status.code() == Code::DeadlineExceeded
    }
    // ANCHOR_END: status
}
