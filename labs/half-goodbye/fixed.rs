//! After one goodbye, the other half may go on for as long as it says something.
use crate::*;

pub(crate) struct Proxy;

// ANCHOR: relay
impl Relays for Proxy {
    async fn relay(client: Conn, server: Conn, silence: Duration) -> Result {
        let (goodbye, word) = (Notify::new(), Notify::new());
        let heard = |bytes: &[u8]| match bytes {
            [] => goodbye.notify_one(),
            _ => word.notify_one(),
        };
        let mut client = InspectReader::new(client, heard);
        let mut server = InspectReader::new(server, heard);
        let silent = async {
            goodbye.notified().await;
            while timeout(silence, word.notified()).await.is_ok() {}
        };
        select! {
            biased;
            done = copy_bidirectional(&mut client, &mut server) => drop(done?),
            () = silent => bail!("one side has left, and the other says nothing"),
        }
        Ok(())
    }
}
// ANCHOR_END: relay

// ANCHOR: server
impl Serves for Proxy {
    async fn serve(caller: Conn, handler: impl Handler) -> Result {
        let mut http = http1::Builder::new();
        http.half_close(true);
        Ok(http.serve_connection(TokioIo::new(caller), handler).await?)
    }
}
// ANCHOR_END: server
