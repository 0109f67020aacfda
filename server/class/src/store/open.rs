use super::{Done, NotOpened, Place, place::LIMIT};
use sqlx::{
    Any, ConnectOptions, Connection, Executor, Pool, SqlSafeStr,
    any::AnyConnectOptions,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};
use tokio::time::timeout;

/// An open database, of the newest form.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: Pool<Any>,
    pub(crate) place: Place,
}

impl Store {
    pub async fn open(place: Place) -> Result<Self, NotOpened> {
        sqlx::any::install_default_drivers();
        let refuse = |error: &sqlx::Error| NotOpened::of(&place, error);
        let options = place.options().map_err(|e| refuse(&e))?;
        // Alone first: a pool tries again and again, and says in the end only that it took too long.
        let sound = is_sound(&place, &options).await.map_err(|e| refuse(&e))?;
        if !sound {
            return Err(NotOpened::damaged(&place));
        }
        let pool = place.pool().connect_with(options).await.map_err(|e| refuse(&e))?;
        migrator().run(&pool).await.map_err(|e| match e {
            MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => {
                NotOpened::newer(&place)
            }
            MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => refuse(&e),
            other => NotOpened::new(&place, other.to_string(), "the server's log says more"),
        })?;
        Ok(Self { pool, place })
    }

    /// A database that went without a word answers nothing, ever: who waits for it is told so.
    pub(crate) async fn in_time<T>(&self, asked: impl Future<Output = Done<T>>) -> Done<T> {
        timeout(LIMIT, asked).await.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into()))
    }

    /// What was deleted is gone from the file's companion, too. PostgreSQL sees to that by itself.
    pub(crate) async fn scrub(&self) -> Done<()> {
        if let Place::File(_) = self.place {
            self.pool.execute("pragma wal_checkpoint(truncate)").await?;
        }
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether it can be used, and is sound.
async fn is_sound(place: &Place, options: &AnyConnectOptions) -> sqlx::Result<bool> {
    let mut alone =
        timeout(LIMIT, options.connect()).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
    alone.execute(place.how()).await?;
    let sound = match place {
        Place::File(_) => {
            let said: String =
                sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut alone).await?;
            said == "ok"
        }
        Place::Postgres(_) => true,
    };
    alone.close().await?;
    Ok(sound)
}

fn migrator() -> Migrator {
    Migrator::with_migrations(migrations())
}

/// In the order in which a database gets them.
fn migrations() -> Vec<Migration> {
    let all = [
        ("class", include_str!("../../migrations/1_class.sql")),
        ("activity", include_str!("../../migrations/2_activity.sql")),
        ("stage", include_str!("../../migrations/3_stage.sql")),
    ];
    let one = |(n, (name, sql)): (i64, (&'static str, &'static str))| {
        Migration::new(n, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    (1..).zip(all).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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
    async fn a_file_that_is_damaged_in_its_middle_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("class.sqlite");
        Store::open(Place::File(file.clone())).await.unwrap().close().await;
        let mut bytes = fs::read(&file).unwrap();
        // The head is whole: only a look at all of it tells.
        bytes[8192..].fill(0xaa);
        fs::write(&file, &bytes).unwrap();
        let no = refused(Place::File(file.clone())).await;
        assert!(no.why.contains("damaged") && no.so.contains("keep a copy"), "{no}");
        assert_eq!(fs::read(&file).unwrap(), bytes);
    }

    #[tokio::test]
    async fn a_file_of_an_older_version_is_gone_on_with_and_nothing_in_it_is_lost() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("class.sqlite"));
        let old = place.pool().connect_with(place.options().unwrap()).await.unwrap();
        let first = migrations().into_iter().take(1).collect();
        Migrator::with_migrations(first).run(&old).await.unwrap();
        let class = "insert into class (id, name, code, secret, opened, ended, is_open, version, phase, question, round) \
                     values ('c', 'Tuesday', 'deep-water', 'x', 7, 0, 1, 3, 'ask', 'q', 1); \
                     insert into vote values ('c', 'q', 1, 5, '2', 9)";
        old.execute(class).await.unwrap();
        old.close().await;
        let store = Store::open(place).await.unwrap();
        let kept = "select code || ' ' || choice || ' ' || seen from class join vote on class = id";
        let kept: String = sqlx::query_scalar(kept).fetch_one(&store.pool).await.unwrap();
        assert_eq!(kept, "deep-water 2 9", "it was last used when somebody last voted");
        store.close().await;
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
