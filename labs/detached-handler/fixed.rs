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
}
