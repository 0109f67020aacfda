//! (`client`) Connections are not kept for longer than a tenth of a second. This one is used again at once; it is not old, it
//! belongs to somebody else.
use crate::*;

pub(crate) struct App;

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = labkit_http::client().pool_idle_timeout(ms(100)).build();
    client.expect("a client needs nothing")
});

impl Clients for App {
    fn client() -> Client {
        CLIENT.clone()
    }
}

rest_is_fixed!(Sessions, Reporting, Uploads);
