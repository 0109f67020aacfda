//! Tidied up at the end of the handler: abort, whatever came. A handler that is dropped has no end. It stops at its await,
//! and the line below is never reached.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Reports for Handler {
    async fn inline(&self, report: Report) -> Reply {
        Ok(report.draw().await)
    }

    async fn spawn(&self, report: Report) -> Reply {
        let drawing = tokio::spawn(report.draw());
        let abort = drawing.abort_handle();
        let drawn = drawing.await;
        abort.abort();
        drawn.map_err(lost)
    }

    async fn blocking(&self, report: Report) -> Reply {
        let stop = CancellationToken::new();
        let asked = stop.clone();
        let drawing = spawn_blocking(move || {
            for page in report.pages().take_while(|_| !asked.is_cancelled()) {
                report.draw_page(page);
            }
            report.finish()
        });
        let drawn = drawing.await;
        stop.cancel();
        drawn.map_err(lost)
    }
}
