//! (`relay`) After the goodbye the other side gets a span to finish. A long answer that has come on well all the while is cut off.
use crate::*;

pub(crate) struct Proxy;

impl Relays for Proxy {
    async fn relay(client: Conn, server: Conn, silence: Duration) -> Result {
        let goodbye = Notify::new();
        let heard = |bytes: &[u8]| {
            if bytes.is_empty() {
                goodbye.notify_one();
            }
        };
        let mut client = InspectReader::new(client, heard);
        let mut server = InspectReader::new(server, heard);
        let time_is_up = async {
            goodbye.notified().await;
            sleep(silence).await;
        };
        select! {
            biased;
            done = copy_bidirectional(&mut client, &mut server) => drop(done?),
            () = time_is_up => bail!("the other side had its time"),
        }
        Ok(())
    }
}

impl Serves for Proxy {
    fn serve(caller: Conn, handler: impl Handler) -> impl Future<Output = Result> + Send + 'static {
        fixed::Proxy::serve(caller, handler)
    }
}
