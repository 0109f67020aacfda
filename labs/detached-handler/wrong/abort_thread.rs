//! The handle that aborts on drop, around both: it compiles, and the task ends. What runs on a blocking thread can't be
//! aborted once it runs.
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
        let drawing = AbortOnDropHandle::new(spawn_blocking(move || {
            for page in report.pages() {
                report.draw_page(page);
            }
            report.finish()
        }));
        drawing.await.map_err(lost)
    }
}
