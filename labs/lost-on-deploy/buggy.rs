//! A service that is asked to stop, and stops.
use crate::*;

pub(crate) struct App;

// ANCHOR: calls
impl Serves for App {
    async fn serve(router: Router, listener: TcpListenerStream, stop: impl Stop) -> Serving {
        select! {
            served = router.serve_with_incoming(listener) => served,
            () = stop => Ok(()),
        }
    }
}
// ANCHOR_END: calls

// ANCHOR: audit
impl Audits for App {
    async fn order(order: Order, _tasks: TaskTracker) -> u32 {
        let number = order.book().await;
        tokio::spawn(order.audit());
        number
    }

    async fn finish(_tasks: TaskTracker) {}
}
// ANCHOR_END: audit

// ANCHOR: signal
impl Hears for App {
    async fn stop() -> io::Result<()> {
        ctrl_c().await
    }
}
// ANCHOR_END: signal

// ANCHOR: age
impl Ages for App {
    fn server(age: Duration, grace: Duration) -> Server {
        Server::builder().max_connection_age(age).max_connection_age_grace(grace)
    }
}
// ANCHOR_END: age
