//! A handler with a limit of its own holds nothing for long. The limit drops the handle of the work, not the work: a
//! dropped `JoinHandle` detaches.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

const LIMIT: Duration = ms(10_000);

fn late(_: tokio::time::error::Elapsed) -> Status {
    Status::deadline_exceeded("the drawing took too long")
}

impl Reports for Handler {
    async fn inline(&self, report: Report) -> Reply {
        Ok(report.draw().await)
    }

    async fn spawn(&self, report: Report) -> Reply {
        let drawing = timeout(LIMIT, tokio::spawn(report.draw()));
        drawing.await.map_err(late)?.map_err(lost)
    }

    async fn blocking(&self, report: Report) -> Reply {
        let drawing = timeout(
            LIMIT,
            spawn_blocking(move || {
                for page in report.pages() {
                    report.draw_page(page);
                }
                report.finish()
            }),
        );
        drawing.await.map_err(late)?.map_err(lost)
    }
}
