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
}
