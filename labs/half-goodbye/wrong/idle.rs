//! (`relay`) A limit on silence, from the start. It can't tell a tunnel in which nobody speaks from one that somebody has left.
use crate::*;

pub(crate) struct Proxy;

impl Relays for Proxy {
    async fn relay(client: Conn, server: Conn, silence: Duration) -> Result {
        let word = Notify::new();
        let heard = |_: &[u8]| word.notify_one();
        let mut client = InspectReader::new(client, heard);
        let mut server = InspectReader::new(server, heard);
        let silent = async { while timeout(silence, word.notified()).await.is_ok() {} };
        select! {
            biased;
            done = copy_bidirectional(&mut client, &mut server) => drop(done?),
            () = silent => bail!("nobody says anything"),
        }
        Ok(())
    }
}

impl Serves for Proxy {
    fn serve(caller: Conn, handler: impl Handler) -> impl Future<Output = Result> + Send + 'static {
        fixed::Proxy::serve(caller, handler)
    }
}
