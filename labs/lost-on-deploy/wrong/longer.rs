//! Three times the grace. Nobody is told to leave all the same, so it only has to be a longer call.
use crate::*;

pub(crate) struct App;

impl Ages for App {
    fn server(age: Duration, grace: Duration) -> Server {
        Server::builder().max_connection_age(age).max_connection_age_grace(grace * 3)
    }
}
rest_is_fixed!(Serves, Audits, Hears);
