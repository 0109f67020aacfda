//! (`stdin`) The reader is dropped, and so is the handle of the standard input, long before the end. The thread that reads
//! has neither: it is inside of the system call.
use crate::*;

pub(crate) struct App;

impl Asks for App {
    fn main(limit: Duration) {
        runtime().block_on(async {
            let asking = AbortOnDropHandle::new(tokio::spawn(answer()));
            match timeout(limit, asking).await {
                Ok(answer) => say(&answer.unwrap_or_default()),
                Err(_) => gives_up(),
            }
        });
        say("the last line of main");
    }
}

rest_is_fixed!(Exports, Deployed, Stopped);
