//! Ten failed probes, not three: long enough to be sure. Of what? The primary is as well as before.
use crate::*;

pub(crate) struct App;

impl Runbook for App {
    fn next(seen: &Seen) -> Step {
        match seen {
            Seen { failed_probes: 0..10, .. } => Step::Watch,
            Seen { .. } => Step::Promote,
        }
    }
}
rest_is_fixed!(Reads, Pays);
