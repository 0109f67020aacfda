//! Pools over tokio-postgres, each as it does by itself.

use crate::*;
use bb8_postgres::PostgresConnectionManager;
use deadpool_postgres::{Hook, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use futures_util::future::try_join_all;
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_postgres::NoTls;
use tokio_util::task::TaskTracker;

/// A pool of deadpool.
pub(crate) struct Deadpool {
    pub(crate) pool: Pool,
    /// Where a cancel request goes.
    pub(crate) server: SocketAddr,
    /// Cancels under way.
    pub(crate) tasks: TaskTracker,
    opened: Arc<AtomicUsize>,
}

impl Deadpool {
    /// `patience` is how long a connection may take over its test.
    async fn open(
        server: &Server,
        name: &str,
        recycling_method: RecyclingMethod,
        patience: Option<Duration>,
    ) -> Result<Self> {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = opened.clone();
        let config = ManagerConfig { recycling_method };
        let manager = Manager::from_config(server.config(name)?, NoTls, config);
        let pool = Pool::builder(manager).max_size(POOL).recycle_timeout(patience);
        let pool = pool.runtime(Runtime::Tokio1).post_create(Hook::sync_fn(move |_, _| {
            count.fetch_add(1, SeqCst);
            Ok(())
        }));
        let pool = pool.build()?;
        try_join_all((0..POOL).map(|_| pool.get())).await?;
        Ok(Self { pool, server: server.address()?, tasks: TaskTracker::new(), opened })
    }

    async fn slow(&self, sql: &str) -> Result {
        Ok(self.pool.get().await?.batch_execute(sql).await?)
    }

    async fn quick(&self) -> Result {
        self.slow("select 1").await
    }
}

/// Stops what runs on that connection, and returns when the server has passed that on: it closes the request's own
/// connection then. Who does not wait for that may hit the next borrower, as `late-cancel` shows.
pub(crate) async fn cancel(server: SocketAddr, db: &Object) -> Result {
    let mut wire = TcpStream::connect(server).await?;
    db.cancel_token().cancel_query_raw(&mut wire, NoTls).await?;
    wire.read_to_end(&mut vec![]).await?;
    Ok(())
}

/// Tests nothing before it lends a connection again, which is its default; what is done about callers who leave is up to `F`.
pub(crate) struct Fast<F>(Deadpool, PhantomData<F>);

impl<F: Frees> Way for Fast<F> {
    async fn open(server: &Server, name: &str) -> Result<Self> {
        let pool = Deadpool::open(server, name, RecyclingMethod::Fast, None).await?;
        Ok(Self(pool, PhantomData))
    }
    async fn slow(&self, sql: &'static str) -> Result {
        F::slow(&self.0, sql).await
    }
    async fn quick(&self) -> Result {
        self.0.quick().await
    }
    fn opened(&self) -> usize {
        self.0.opened.load(SeqCst)
    }
}

/// Sends an empty query before it lends a connection again.
pub(crate) struct Verified(Deadpool);

impl Way for Verified {
    async fn open(server: &Server, name: &str) -> Result<Self> {
        Deadpool::open(server, name, RecyclingMethod::Verified, None).await.map(Self)
    }
    async fn slow(&self, sql: &'static str) -> Result {
        self.0.slow(sql).await
    }
    async fn quick(&self) -> Result {
        self.0.quick().await
    }
    fn opened(&self) -> usize {
        self.0.opened.load(SeqCst)
    }
}

/// The same, and what does not answer within 200 ms is given up.
pub(crate) struct Impatient(Verified);

impl Way for Impatient {
    async fn open(server: &Server, name: &str) -> Result<Self> {
        let test = RecyclingMethod::Verified;
        Ok(Self(Verified(Deadpool::open(server, name, test, Some(ms(200))).await?)))
    }
    async fn slow(&self, sql: &'static str) -> Result {
        self.0.slow(sql).await
    }
    async fn quick(&self) -> Result {
        self.0.quick().await
    }
    fn opened(&self) -> usize {
        self.0.opened()
    }
}

/// A pool of bb8, which sends an empty query before it lends a connection again.
pub(crate) struct Bb8(bb8::Pool<PostgresConnectionManager<NoTls>>);

impl Way for Bb8 {
    async fn open(server: &Server, name: &str) -> Result<Self> {
        let manager = PostgresConnectionManager::new(server.config(name)?, NoTls);
        let limit = POOL.try_into()?;
        Ok(Self(bb8::Pool::builder().max_size(limit).min_idle(limit).build(manager).await?))
    }
    async fn slow(&self, sql: &'static str) -> Result {
        Ok(self.0.get().await?.batch_execute(sql).await?)
    }
    async fn quick(&self) -> Result {
        self.slow("select 1").await
    }
    fn opened(&self) -> usize {
        self.0.state().statistics.connections_created.try_into().unwrap_or(usize::MAX)
    }
}
