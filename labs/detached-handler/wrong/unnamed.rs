//! The right guard, in a variable that nobody needs. `let _ =` keeps nothing, so the guard is dropped at once, and the
//! client that stays gets an empty report.
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
        #[expect(let_underscore_drop, reason = "the lint is right, and few have it on")]
        let _ = stop.clone().drop_guard();
        let drawing = spawn_blocking(move || {
            for page in report.pages().take_while(|_| !stop.is_cancelled()) {
                report.draw_page(page);
            }
            report.finish()
        });
        drawing.await.map_err(lost)
    }
}
