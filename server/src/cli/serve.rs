mod limits;
mod others;

use super::{Complaint, Where, interrupt::Interrupt};
use crate::cli::out::line;
use crate::{
    catalog::{Catalog, Workspace},
    http::{App, Clients, Code, Guard, Join, Refusals, Site, Sockets, serve::serve as serve_http},
    postgres::Postgres,
    runs::{Environment, Runs, Workshop},
};
use clap::Args;
use limits::LimitOptions;
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[derive(Debug, Args)]
pub struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8008")]
    addr: SocketAddr,
    /// Let other machines in: who has the join code may run labs on this one
    #[arg(long)]
    allow_remote: bool,
    /// The join code others type; letters and digits count [default: a new one at each start]
    #[arg(long, value_name = "CODE", requires = "allow_remote")]
    join_code: Option<Code>,
    /// A name, beside localhost, under which pages may be asked for; may be given more than once
    #[arg(long = "allow-host", value_name = "NAME")]
    hosts: Vec<String>,
    #[command(flatten)]
    place: Where,
    /// The built site [default: the workspace's target/book]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitOptions,
}

pub async fn serve(options: Options) -> Result<ExitCode, Complaint> {
    let code = options.may_listen()?;
    raise_file_limit();
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let listener = listen(options.addr)?;
    let (catalog, workspace) = options.place.catalog(&[]).await?;
    let site = Site::find(options.site.clone(), workspace.as_ref().map(|w| w.root.as_path()));
    welcome(&listener, &catalog, &site, code.as_ref())?;
    let postgres = Postgres::for_labs(&catalog);
    postgres.start();
    let app = options.app(catalog, workspace, site, code, postgres.clone());
    serve_http(listener, app, async move {
        interrupt.next().await;
        eprintln!("Stopping: every run is ended and told why.");
    })
    .await;
    postgres.end().await;
    Ok(ExitCode::SUCCESS)
}

impl Options {
    /// Serving others is a decision; then there is a code that lets them in.
    fn may_listen(&self) -> Result<Option<Code>, Complaint> {
        let remote = !self.addr.ip().is_loopback();
        if remote && !self.allow_remote {
            let what = format!("{} can be reached from other machines.", self.addr);
            let why = "whoever has its join code could run labs on this one, and HTTP hides nothing from who listens in";
            return Err(Complaint::usage(what)
                .because(why)
                .so("add --allow-remote if you mean it, or leave --addr out."));
        }
        Ok(self.allow_remote.then(|| self.join_code.clone().unwrap_or_else(Code::random)))
    }

    fn app(
        &self,
        catalog: Catalog,
        workspace: Option<Workspace>,
        site: Site,
        code: Option<Code>,
        postgres: Postgres,
    ) -> App {
        let remote = code.is_some();
        let environment = Environment { postgres, events: true, colour: Some(true) };
        // A folder of labs given by name has no sources to build.
        let workshop =
            workspace.filter(|_| !remote && self.place.labs.is_none()).map(Workshop::new);
        App {
            runs: Runs::new(catalog, self.limits.limits(), environment, workshop),
            guard: Arc::new(Guard { hosts: self.hosts.clone(), remote }),
            site: Arc::new(site),
            sockets: Sockets {
                clients: Clients::new(self.limits.sockets()),
                tasks: TaskTracker::new(),
                abandon: CancellationToken::new(),
            },
            refusals: Arc::new(Refusals::default()),
            join: code.map(|code| Arc::new(Join::new(code))),
        }
    }
}

fn listen(addr: SocketAddr) -> Result<TcpListener, Complaint> {
    let bind = || {
        let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        // A whole class opens its page at once.
        socket.listen(4096)
    };
    bind().map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Complaint::new(format!("Port {} is in use.", addr.port()))
            .because("another program listens there, perhaps a still-running you started earlier")
            .so("end that one, or take a free port: still-running serve --addr 127.0.0.1:0"),
        _ => Complaint::new(format!("{addr} cannot be listened on."))
            .because(error)
            .so("take a free port on this machine: still-running serve --addr 127.0.0.1:0"),
    })
}

/// Each run takes four files, each viewer one.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit on open files stays as it is");
    }
}

fn welcome(
    listener: &TcpListener,
    catalog: &Catalog,
    site: &Site,
    code: Option<&Code>,
) -> Result<(), Complaint> {
    let addr = listener
        .local_addr()
        .map_err(|e| Complaint::new("The address is not known.").because(e))?;
    line(&format!("Still Running is at http://{addr}/ (Ctrl-C ends it)"));
    line(&format!("{} labs: {}", catalog.labs.len(), catalog.slugs().join(", ")));
    if catalog.labs.is_empty() {
        eprintln!("warning: no lab is built, so none can be run. Build them: cargo build");
    }
    if !site.is_built() {
        eprintln!("warning: the book is not built. To build it and serve it: cargo xtask serve");
    }
    if let Some(code) = code {
        others::invite(addr, code);
    }
    Ok(())
}
