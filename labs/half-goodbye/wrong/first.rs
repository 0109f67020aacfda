//! (`relay`) When one side is through, so is the relay. A client that says goodbye and listens on gets nothing, or half of its answer.
use crate::*;

pub(crate) struct Proxy;

impl Relays for Proxy {
    async fn relay(client: Conn, server: Conn, _silence: Duration) -> Result {
        let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
            (split(client), split(server));
        select! {
            biased;
            up = copy(&mut from_client, &mut to_server) => up?,
            down = copy(&mut from_server, &mut to_client) => down?,
        };
        to_client.shutdown().await?;
        Ok(to_server.shutdown().await?)
    }
}

impl Serves for Proxy {
    fn serve(caller: Conn, handler: impl Handler) -> impl Future<Output = Result> + Send + 'static {
        fixed::Proxy::serve(caller, handler)
    }
}
