use sqlx::{
    Any, ConnectOptions, Connection, Executor, Pool, SqlSafeStr,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};
use std::{fmt, fs, io, path::PathBuf, time::Duration};
use tokio::time::timeout;

/// Where a class is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In one SQLite file, with two companions (`-wal`, `-shm`) while it is open.
    File(PathBuf),
    /// In the PostgreSQL of this address, in a schema of its own, where several servers share the class.
    Postgres(String),
}

/// An open database, of the newest form.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: Pool<Any>,
    pub(crate) place: Place,
}

/// Why the database was not opened: what, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{place} {why}")]
pub struct NotOpened {
    pub place: String,
    pub why: String,
    /// What to do about it.
    pub so: String,
}

/// The tables' home in PostgreSQL: whoever else uses that database is not met.
pub(crate) const SCHEMA: &str = "still_running_class";
/// How long the database may take over anything.
const LIMIT: Duration = Duration::from_secs(5);

impl Store {
    pub async fn open(place: Place) -> Result<Self, NotOpened> {
        sqlx::any::install_default_drivers();
        let refuse = |error: &sqlx::Error| place.refuse(error);
        let options = place.options().map_err(|e| refuse(&e))?;
        // Alone first: a pool tries again and again, and says in the end only that it took too long.
        let sound = place.look(&options).await.map_err(|e| refuse(&e))?;
        if !sound {
            return Err(place.damaged());
        }
        let pool = place.pool().connect_with(options).await.map_err(|e| refuse(&e))?;
        migrator().run(&pool).await.map_err(|e| match e {
            MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => place.newer(),
            MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => refuse(&e),
            other => place.not(other.to_string(), "the server's log says more"),
        })?;
        Ok(Self { pool, place })
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn migrator() -> Migrator {
    let first = include_str!("../../migrations/1_class.sql").into_sql_str();
    let first = Migration::new(1, "class".into(), MigrationType::Simple, first, false);
    Migrator::with_migrations(vec![first])
}

impl Place {
    /// Whether other servers may write there, too.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    fn options(&self) -> sqlx::Result<AnyConnectOptions> {
        match self {
            Self::File(path) => {
                make_private(path).map_err(sqlx::Error::Io)?;
                let path = percent_encoding::utf8_percent_encode(
                    &path.to_string_lossy(),
                    percent_encoding::NON_ALPHANUMERIC,
                )
                .to_string();
                format!("sqlite:{path}?mode=rwc").parse()
            }
            Self::Postgres(url) => url.parse(),
        }
    }

    fn pool(&self) -> AnyPoolOptions {
        let options = AnyPoolOptions::new().acquire_timeout(LIMIT);
        let options = match self {
            // One connection: SQLite has one writer. It holds the file, so that no second server writes there.
            // One connection: SQLite has one writer.
            Self::File(_) => options.max_connections(1),
            Self::Postgres(_) => options.max_connections(4),
        };
        let how = self.how();
        options.after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(how).await.map(drop) })
        })
    }

    /// What each connection is told first. A file is held, so that no second server writes there.
    fn how(&self) -> &'static str {
        match self {
            Self::File(_) => {
                "pragma busy_timeout = 500; pragma locking_mode = exclusive; pragma journal_mode = wal; \
                 pragma synchronous = full; pragma foreign_keys = on"
            }
            Self::Postgres(_) => {
                "create schema if not exists still_running_class; set search_path to still_running_class; \
                 set statement_timeout to '5s'"
            }
        }
    }

    /// Whether it can be used, and is sound.
    async fn look(&self, options: &AnyConnectOptions) -> sqlx::Result<bool> {
        let mut alone =
            timeout(LIMIT, options.connect()).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        alone.execute(self.how()).await?;
        let sound = match self {
            Self::File(_) => {
                let said: String =
                    sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut alone).await?;
                said == "ok"
            }
            Self::Postgres(_) => true,
        };
        alone.close().await?;
        Ok(sound)
    }

    fn refuse(&self, error: &sqlx::Error) -> NotOpened {
        let code = match error {
            sqlx::Error::Database(e) => e.code().unwrap_or_default().into_owned(),
            _ => String::new(),
        };
        match code.as_str() {
            "11" | "26" => self.damaged(),
            "5" | "261" | "517" => self.not(
                "is open in another still-running.",
                "end that one, or name another file with --class-file",
            ),
            "13" => self.not(
                "has no room on its disk.",
                "make room, or name another file with --class-file",
            ),
            _ => self.not(
                format!("can't be used: {error}"),
                match self {
                    Self::File(_) => "name a file that can be written with --class-file",
                    Self::Postgres(_) => {
                        "start that server, or keep the class in a file: --class-file class.sqlite"
                    }
                },
            ),
        }
    }

    fn damaged(&self) -> NotOpened {
        self.not(
            "is damaged, or is no file of a class.",
            "keep a copy of it, and name another file with --class-file",
        )
    }

    fn newer(&self) -> NotOpened {
        self.not(
            "was written by a newer still-running.",
            "start it with that one, or name another file with --class-file",
        )
    }

    fn not(&self, why: impl Into<String>, so: &str) -> NotOpened {
        NotOpened { place: self.to_string(), why: why.into(), so: so.to_owned() }
    }
}

/// It holds what lets the teacher in, so it is for its owner alone.
fn make_private(path: &PathBuf) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "The file of the class, {},", path.display()),
            // The address may hold a password.
            Self::Postgres(_) => {
                write!(f, "The PostgreSQL that DATABASE_URL names, for the class,")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refused(place: Place) -> NotOpened {
        Store::open(place).await.expect_err("it can't be opened")
    }

    #[tokio::test]
    async fn a_damaged_file_is_refused_with_what_to_do_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("class.sqlite");
        fs::write(
            &file,
            "this is no database, and never was one; it is long enough to be looked at".repeat(40),
        )
        .unwrap();
        let before = fs::read(&file).unwrap();
        let no = refused(Place::File(file.clone())).await;
        assert!(no.why.contains("damaged") && no.so.contains("--class-file"), "{no}");
        assert_eq!(fs::read(&file).unwrap(), before);
    }

    #[tokio::test]
    async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("class.sqlite");
        let store = Store::open(Place::File(file.clone())).await.unwrap();
        let newer = "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
                     values (99, 'later', '2030-01-01', 1, x'00', 0)";
        store.pool.execute(newer).await.unwrap();
        store.close().await;
        let no = refused(Place::File(file)).await;
        assert!(no.why.contains("newer still-running"), "{no}");
    }

    #[tokio::test]
    async fn a_file_that_another_server_has_open_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("class.sqlite");
        let first = Store::open(Place::File(file.clone())).await.unwrap();
        let no = refused(Place::File(file.clone())).await;
        assert!(no.why.contains("another still-running"), "{no}");
        first.close().await;
        Store::open(Place::File(file)).await.unwrap().close().await;
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let no = refused(Place::File("/nowhere/at/all/class.sqlite".into())).await;
        assert!(
            no.to_string().contains("/nowhere/at/all") && no.so.contains("--class-file"),
            "{no}"
        );
    }
}
