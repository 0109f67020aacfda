//! A connection has two halves, and one goodbye ends one of them.
use crate::*;

pub(crate) struct Proxy;

// ANCHOR: relay
impl Relays for Proxy {
    async fn relay(mut client: Conn, mut server: Conn, _silence: Duration) -> Result {
        copy_bidirectional(&mut client, &mut server).await?;
        Ok(())
    }
}
// ANCHOR_END: relay

// ANCHOR: server
impl Serves for Proxy {
    async fn serve(caller: Conn, handler: impl Handler) -> Result {
        let http = http1::Builder::new();
        Ok(http.serve_connection(TokioIo::new(caller), handler).await?)
    }
}
// ANCHOR_END: server
