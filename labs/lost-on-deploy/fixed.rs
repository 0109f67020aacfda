//! A service that is asked to stop, and first does what it has begun.
use crate::*;

pub(crate) struct App;

// ANCHOR: calls
impl Serves for App {
    async fn serve(router: Router, listener: TcpListenerStream, stop: impl Stop) -> Serving {
        router.serve_with_incoming_shutdown(listener, stop).await
    }
}
// ANCHOR_END: calls

// ANCHOR: audit
impl Audits for App {
    async fn order(order: Order, tasks: TaskTracker) -> u32 {
        let number = order.book().await;
        tasks.spawn(order.audit());
        number
    }

    async fn finish(tasks: TaskTracker) {
        tasks.close();
        if timeout(LIMIT, tasks.wait()).await.is_err() {
            say("gives up some of its tasks");
        }
    }
}
// ANCHOR_END: audit

// ANCHOR: signal
impl Hears for App {
    async fn stop() -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        select! {
            pressed = ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
}
// ANCHOR_END: signal

// ANCHOR: age
impl Ages for App {
    fn server(age: Duration, _grace: Duration) -> Server {
        Server::builder().max_connection_age(age)
    }
}
// ANCHOR_END: age
