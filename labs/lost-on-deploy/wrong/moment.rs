//! A moment before the end, as a preStop hook gives it. It is long enough for the calls that were measured.
use crate::*;

pub(crate) struct App;

impl Serves for App {
    async fn serve(router: Router, listener: TcpListenerStream, stop: impl Stop) -> Serving {
        let stop = async {
            stop.await;
            sleep(ms(400)).await;
        };
        select! {
            served = router.serve_with_incoming(listener) => served,
            () = stop => Ok(()),
        }
    }
}
rest_is_fixed!(Audits, Hears, Ages);
