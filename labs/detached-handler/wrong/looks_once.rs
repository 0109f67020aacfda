//! The token is there, and the thread looks at it: before it begins. A client that leaves later changes nothing. How often
//! the loop looks decides how late it stops.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Reports for Handler {
    async fn inline(&self, report: Report) -> Reply {
        Ok(report.draw().await)
    }

    async fn spawn(&self, report: Report) -> Reply {
        let drawing = AbortOnDropHandle::new(tokio::spawn(report.draw()));
        drawing.await.map_err(lost)
    }

    async fn blocking(&self, report: Report) -> Reply {
        let stop = CancellationToken::new();
        let _on_drop = stop.clone().drop_guard();
        let drawing = spawn_blocking(move || {
            if !stop.is_cancelled() {
                for page in report.pages() {
                    report.draw_page(page);
                }
            }
            report.finish()
        });
        drawing.await.map_err(lost)
    }
}
