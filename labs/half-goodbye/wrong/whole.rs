//! (`relay`) A limit around the whole relay ends the forgotten one, and the tunnel that has been quiet for as long.
use crate::*;

pub(crate) struct Proxy;

impl Relays for Proxy {
    async fn relay(mut client: Conn, mut server: Conn, silence: Duration) -> Result {
        timeout(silence, copy_bidirectional(&mut client, &mut server)).await??;
        Ok(())
    }
}

impl Serves for Proxy {
    fn serve(caller: Conn, handler: impl Handler) -> impl Future<Output = Result> + Send + 'static {
        fixed::Proxy::serve(caller, handler)
    }
}
