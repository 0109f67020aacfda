use sqlx::{
    Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
};
use std::{fmt, fs, io, path::PathBuf, time::Duration};

/// Where a class is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In one SQLite file, with two companions (`-wal`, `-shm`) while it is open.
    File(PathBuf),
    /// In the PostgreSQL of this address, in a schema of its own, where several servers share the class.
    Postgres(String),
}

/// The tables' home in PostgreSQL: whoever else uses that database is not met.
pub(crate) const SCHEMA: &str = "still_running_class";
/// How long the database may take over anything.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

impl Place {
    /// As one tells somebody where it is.
    pub fn named(&self) -> String {
        match self {
            Self::File(file) => format!("the file {}", file.display()),
            // The address may hold a password.
            Self::Postgres(_) => {
                format!("the PostgreSQL that DATABASE_URL names, in the schema {SCHEMA}")
            }
        }
    }

    /// Whether other servers may write there, too.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    pub(super) fn options(&self) -> sqlx::Result<AnyConnectOptions> {
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

    pub(super) fn pool(&self) -> AnyPoolOptions {
        let options = AnyPoolOptions::new().acquire_timeout(LIMIT);
        let options = match self {
            // SQLite has one writer.
            Self::File(_) => options.max_connections(1),
            Self::Postgres(_) => options.max_connections(6),
        };
        let how = self.how();
        options.after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(how).await.map(drop) })
        })
    }

    /// What each connection is told first. A file is held, so that no second server writes there; and what is deleted from it is
    /// overwritten.
    pub(super) fn how(&self) -> &'static str {
        match self {
            Self::File(_) => {
                "pragma busy_timeout = 500; pragma locking_mode = exclusive; pragma journal_mode = wal; \
                 pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on"
            }
            Self::Postgres(_) => {
                "create schema if not exists still_running_class; set search_path to still_running_class; \
                 set statement_timeout to '5s'"
            }
        }
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
