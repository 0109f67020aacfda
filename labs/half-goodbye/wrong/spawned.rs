//! (`server`) In a task of its own the work outlives the goodbye, and is done to its end. The connection does not: there is nobody to bring the answer.
use crate::*;

pub(crate) struct Proxy;

impl Relays for Proxy {
    fn relay(
        client: Conn,
        server: Conn,
        silence: Duration,
    ) -> impl Future<Output = Result> + Send + 'static {
        fixed::Proxy::relay(client, server, silence)
    }
}

impl Serves for Proxy {
    async fn serve(caller: Conn, handler: impl Handler) -> Result {
        let spawned = service_fn(move |request| {
            let work = tokio::spawn(handler.call(request));
            async { work.await.expect("it does not panic") }
        });
        let http = http1::Builder::new();
        Ok(http.serve_connection(TokioIo::new(caller), spawned).await?)
    }
}
