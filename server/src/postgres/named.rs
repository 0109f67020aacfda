//! The reader's own server, which `DATABASE_URL` names. It may hold something real, so each run gets a database of its own
//! there. A process that is not part of the run makes it and, when its standard input closes, drops it: a run that is
//! stopped, a server that is killed, leave nothing.

use super::lent::Missing;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions,
};
use std::{
    env, fmt,
    io::{self, Write},
    process::{ExitCode, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
    task::spawn_blocking,
    time::timeout,
};
use tracing::warn;

/// As the first argument it makes the program the keeper of one database.
pub const KEEPER_ARG: &str = "__database-keeper";
const ENV: &str = "DATABASE_URL";
/// How long the server may take over anything.
const LIMIT: Duration = Duration::from_secs(5);
const PREFIX: &str = "still_running_";

/// A server that is not ours.
#[derive(Debug, Clone)]
pub struct Named(Box<PgConnectOptions>);

/// A database for one run. Dropped, it is dropped.
#[derive(Debug)]
pub struct OwnDatabase {
    keeper: Child,
    lifeline: Option<ChildStdin>,
}

impl Named {
    /// The one that `DATABASE_URL` names, if that is a PostgreSQL.
    pub fn find() -> Option<Self> {
        let url = env::var(ENV).ok().filter(|url| url.starts_with("postgres"))?;
        url.parse().ok().map(Box::new).map(Self)
    }

    pub fn notice(&self) -> String {
        let user = self.0.get_username();
        format!(
            "{self}, user {user}: each run of a lab that uses PostgreSQL makes a database there ({PREFIX}…), and drops it \
             at its end. To have labs start a server of their own instead, unset {ENV}."
        )
    }

    /// Makes a database. Dropped halfway, it is dropped as soon as it is there.
    pub async fn make(&self) -> Result<(String, OwnDatabase), Missing> {
        self.try_to_make().await.map_err(|why| Missing {
            what: format!("{self} cannot be used: {why}"),
            how: format!("mend that, or unset {ENV} and start still-running again"),
        })
    }

    async fn try_to_make(&self) -> Result<(String, OwnDatabase), String> {
        let mut keeper = Command::new(crate::keeper::own_program())
            .arg(KEEPER_ARG)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|e| e.to_string())?;
        let said = keeper.stdout.take().expect("it is piped");
        let database = OwnDatabase { lifeline: keeper.stdin.take(), keeper };
        let said = BufReader::new(said).lines().next_line().await.map_err(|e| e.to_string())?;
        match said {
            Some(url) if url.starts_with("postgres") => Ok((url, database)),
            Some(why) => Err(why),
            None => Err("its keeper said nothing".to_owned()),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the PostgreSQL that {ENV} names, at {}:{}", self.0.get_host(), self.0.get_port())
    }
}

impl OwnDatabase {
    pub async fn end(mut self) {
        self.lifeline = None;
        match timeout(2 * LIMIT, self.keeper.wait()).await {
            Ok(Ok(status)) if status.success() => {}
            _ => warn!("a database was not dropped: the next keeper there tries again"),
        }
    }
}

/// The keeper of one database: makes it, prints its address or what went wrong, and drops it when standard input closes.
pub fn keeper_main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let kept = runtime.map_err(|e| e.to_string()).and_then(|runtime| runtime.block_on(keep()));
    match kept {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            tell(&why.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// Who is gone need not be told.
fn tell(line: &str) {
    writeln!(io::stdout(), "{line}").unwrap_or_default();
}

async fn keep() -> Result<(), String> {
    let Named(to) = Named::find().ok_or_else(|| format!("{ENV} cannot be read"))?;
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|e| e.to_string())?;
    let name: String =
        [PREFIX.to_owned()].into_iter().chain(random.map(|b| format!("{b:02x}"))).collect();
    let keeper = to.clone().application_name(&format!("keeper of {name}"));
    let mut server = in_time(PgConnection::connect_with(&keeper)).await?;
    in_time(sweep(&mut server)).await?;
    let made = in_time(server.execute(AssertSqlSafe(format!("create database {name}")))).await;
    if made.is_ok() {
        tell(to.clone().database(&name).to_url_lossy().as_str());
        // However it reads: whoever wanted the database is gone.
        drop(spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await);
    }
    let dropped = in_time(drop_database(&mut server, &name)).await;
    if dropped.is_err() {
        // The connection may have died on the way.
        let mut again = in_time(PgConnection::connect_with(&keeper)).await?;
        in_time(drop_database(&mut again, &name)).await?;
    }
    made.map(drop)
}

async fn in_time<T>(asked: impl Future<Output = sqlx::Result<T>>) -> Result<T, String> {
    match timeout(LIMIT, asked).await {
        Ok(done) => done.map_err(|e| e.to_string()),
        Err(_) => Err(format!("it gives no answer in {} s", LIMIT.as_secs())),
    }
}

/// Whoever still uses it is cut off.
async fn drop_database(server: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    let drop = AssertSqlSafe(format!("drop database if exists {name} with (force)"));
    server.execute(drop).await.map(|_| ())
}

/// Drops databases whose keeper was killed: those of ours that no connection calls itself the keeper of.
async fn sweep(server: &mut PgConnection) -> sqlx::Result<()> {
    let left: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where datname ~ $1 and pg_get_userbyid(datdba) = current_user and not exists
         (select 1 from pg_stat_activity where application_name = 'keeper of ' || datname)",
    )
    .bind(format!("^{PREFIX}[0-9a-f]{{16}}$"))
    .fetch_all(&mut *server)
    .await?;
    for name in left {
        // Somebody else may sweep at the same time.
        drop(drop_database(server, &name).await);
    }
    Ok(())
}
