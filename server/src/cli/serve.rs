mod build;
mod class;
mod limits;
mod names;
mod others;

use super::{
    Complaint,
    interrupt::Interrupt,
    place::{Where, how_to_get_labs},
};
use crate::cli::out::line;
use crate::{
    catalog::{Catalog, Workspace},
    http::{
        App, Base, Clients, Code, Guard, Join, RefusalCounts, Site, Sockets,
        serve::serve as serve_http,
    },
    postgres::Postgres,
    runs::{Environment, Runs, Workshop},
};
use clap::Args;
use class::ClassOptions;
use limits::LimitOptions;
use std::{future::pending, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[derive(Debug, Args)]
pub struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8008", value_parser = names::address)]
    addr: SocketAddr,
    /// Let other machines in: who has the join code may run labs on this one
    #[arg(long)]
    allow_remote: bool,
    /// The join code others type; letters and digits count [default: a new one at each start]
    #[arg(long, value_name = "CODE")]
    join_code: Option<Code>,
    /// A name, beside localhost, under which pages may be asked for; may be given more than once
    #[arg(long = "allow-host", value_name = "NAME", value_parser = names::host)]
    hosts: Vec<String>,
    #[command(flatten)]
    place: Where,
    /// Build the labs of this checkout meanwhile: its book can be read at once, and each lab run as soon as it is there
    #[arg(long, conflicts_with = "labs")]
    build: bool,
    /// The built site [default: the workspace's target/book]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Believe a proxy in front of this server about where its clients come from (X-Forwarded-For)
    #[arg(long)]
    trust_forwarded: bool,
    /// The path of another site that a proxy puts this server below, such as /workshop
    #[arg(long, value_name = "PATH")]
    base: Option<Base>,
    #[command(flatten)]
    class: ClassOptions,
    #[command(flatten)]
    limits: LimitOptions,
}

pub async fn serve(options: Options) -> Result<ExitCode, Complaint> {
    let code = options.may_listen()?;
    raise_file_limit();
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let listener = listen(options.addr)?;
    let (catalog, workspace) = match options.build {
        true => options.place.to_be_built()?,
        false => options.place.catalog(&[]).await?,
    };
    let site = Site::find(options.site.clone(), workspace.as_ref().map(|w| w.root()));
    let (hall, code) = match options.class.open(code.as_ref()).await? {
        Some((hall, code)) => (Some(hall), Some(code)),
        None => (None, code),
    };
    let addr = own_address(&listener)?;
    welcome(addr, &catalog, code.as_ref());
    if let Some(hall) = &hall {
        class::invite(hall, addr);
    }
    warn_of_what_is_missing(&catalog, &site, workspace.is_some());
    let postgres = Postgres::for_labs(&catalog);
    if let Some(notice) = postgres.notice() {
        eprintln!("note: {notice}");
    }
    postgres.start();
    let to_build = workspace.clone().filter(|_| options.build);
    let app = options.app(catalog, workspace, site, code, postgres);
    let app = options.class.add(app, hall, addr)?;
    let (runs, stop) = (app.runs.clone(), CancellationToken::new());
    let building = async {
        if let Some(workspace) = to_build {
            build::labs(&runs.means.catalog, &workspace, &stop).await;
        }
        pending::<ExitCode>().await
    };
    // Dropped halfway, nothing is left either: whatever has a keeper ends when we do.
    Ok(tokio::select! {
        () = serve_http(listener, app, stop.cancelled()) => ExitCode::SUCCESS,
        code = interrupted_twice(&mut interrupt, &stop) => ExitCode::from(code),
        code = building => code,
    })
}

/// The first signal is a wish to end in good order, the second to be gone at once.
async fn interrupted_twice(interrupt: &mut Interrupt, stop: &CancellationToken) -> u8 {
    interrupt.next().await;
    eprintln!("Stopping: every run is ended and told why. Once more ends it at once.");
    stop.cancel();
    interrupt.next().await
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
        if self.join_code.is_some() && !self.allow_remote && !self.class.class {
            return Err(Complaint::usage("--join-code lets others in, and no others may come.")
                .so("add --allow-remote, or --class, or leave the code out."));
        }
        Ok((self.allow_remote || self.class.class)
            .then(|| self.join_code.clone().unwrap_or_else(Code::random)))
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
                closing: CancellationToken::new(),
                abandon: CancellationToken::new(),
            },
            refusals: Arc::new(RefusalCounts::default()),
            join: code.map(|code| Arc::new(Join::new(code))),
            class: None,
            opens: None,
            trust_forwarded: self.trust_forwarded,
            base: self.base.clone().unwrap_or_default(),
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

fn own_address(listener: &TcpListener) -> Result<SocketAddr, Complaint> {
    listener.local_addr().map_err(|e| Complaint::new("The address is not known.").because(e))
}

fn welcome(addr: SocketAddr, catalog: &Catalog, code: Option<&Code>) {
    line(&format!("Still Running is at http://{addr}/ (Ctrl-C ends it)"));
    line(&match catalog.being_built().len() {
        0 => format!("{} labs: {}", catalog.labs().len(), catalog.slugs().join(", ")),
        n => format!("{n} labs are being built; each can be run as soon as it is there"),
    });
    if let Some(code) = code {
        others::invite(addr, code);
    }
}

fn warn_of_what_is_missing(catalog: &Catalog, site: &Site, workspace: bool) {
    if catalog.labs().is_empty() && catalog.being_built().is_empty() {
        eprintln!("warning: there is no lab, so none can be run; {}", how_to_get_labs(workspace));
    }
    if !site.is_built() {
        let fix = match workspace {
            true => "build it and serve it: cargo xtask serve",
            false => "name the folder of a built one with --site DIR.",
        };
        eprintln!("warning: the book is not built; {fix}");
    }
}
