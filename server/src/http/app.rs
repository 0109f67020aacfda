use super::{Base, ClassApp, Clients, Guard, Join, Opened, Opens, RefusalCounts, Site};
use crate::runs::Runs;
use axum::extract::FromRef;
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What every request may need.
#[derive(Clone)]
pub struct App {
    pub runs: Arc<Runs>,
    pub guard: Arc<Guard>,
    pub site: Arc<Site>,
    pub sockets: Sockets,
    pub refusals: Arc<RefusalCounts>,
    /// Where others than this machine's own readers may come: what lets them in.
    pub join: Option<Arc<Join>>,
    /// The class that is open here.
    pub class: Option<ClassApp>,
    /// Where there is none: what opens one.
    pub opens: Option<Arc<Opens>>,
    /// Whether a proxy in front of us is believed about where its clients come from.
    pub trust_forwarded: bool,
    /// The path of another site that this server lies below, behind a proxy.
    pub base: Base,
}

impl App {
    /// The same server with a class: then others may come, by its code.
    pub fn with_class(&self, Opened { class, join }: Opened) -> Self {
        let guard = Arc::new(Guard { hosts: self.guard.hosts.clone(), remote: true });
        Self { guard, join: Some(join), class: Some(class), opens: None, ..self.clone() }
    }
}

/// Lets a handler take just the part it needs.
macro_rules! part_of_app {
    ($($field:ident: $part:ty),*) => {
        $(impl FromRef<App> for $part {
            fn from_ref(app: &App) -> Self {
                app.$field.clone()
            }
        })*
    };
}
part_of_app!(runs: Arc<Runs>, guard: Arc<Guard>, site: Arc<Site>, sockets: Sockets, class: Option<ClassApp>, refusals: Arc<RefusalCounts>);

/// The sockets that are open: how many each client has, and who waits for them at the end.
#[derive(Clone)]
pub struct Sockets {
    pub clients: Clients,
    pub tasks: TaskTracker,
    /// Set when the server ends: lines to the class have nothing more to say then.
    pub closing: CancellationToken,
    /// Set when those still open are given up.
    pub abandon: CancellationToken,
}
