//! A connection to PostgreSQL.

use crate::conn::Outcome;
use labkit::prelude::*;
use std::sync::Arc;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage as Message, config::SslMode};
use tokio_util::task::AbortOnDropHandle;

/// The kernel counts in seconds.
const SHORTEST_KEEP_ALIVE: Duration = ms(1000);

pub(crate) struct Db {
    client: Client,
    _connection: AbortOnDropHandle<std::result::Result<(), tokio_postgres::Error>>,
}

pub(crate) async fn connect(mut to: Config, keep_alive: Option<Duration>) -> Result<Arc<Db>> {
    to.ssl_mode(SslMode::Disable).keepalives(keep_alive.is_some());
    if let Some(each) = keep_alive {
        let each = each.max(SHORTEST_KEEP_ALIVE);
        to.keepalives_idle(each).keepalives_interval(each).keepalives_retries(1);
    }
    let (client, connection) = to.connect(NoTls).await?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    Ok(Arc::new(Db { client, _connection }))
}

impl Db {
    pub(crate) async fn read(&self) -> Outcome {
        let rows = self.ask("select count(*) from payment").await;
        rows.map(|_| "done".to_owned()).map_err(|why| in_words(&why))
    }

    /// In one message: what is to be prepared first would wait for an answer first.
    pub(crate) async fn pay(&self, key: u32) -> Outcome {
        let sql = format!("insert into payment values ({key}) on conflict do nothing");
        match self.ask(&sql).await.as_deref() {
            Ok([Message::CommandComplete(0), ..]) => Ok("done, and it was before".to_owned()),
            Ok(_) => Ok("done".to_owned()),
            Err(why) => Err(in_words(why)),
        }
    }

    pub(crate) async fn payments(&self) -> Result<usize> {
        Ok(self.one("select count(*) from payment").await?.parse()?)
    }

    /// The first value of the first row; empty where there is none.
    pub(crate) async fn one(&self, sql: &str) -> Result<String> {
        let answer = self.ask(sql).await?;
        let value = answer.iter().find_map(|message| match message {
            Message::Row(row) => row.get(0),
            _ => None,
        });
        Ok(value.unwrap_or_default().to_owned())
    }

    async fn ask(&self, sql: &str) -> std::result::Result<Vec<Message>, tokio_postgres::Error> {
        self.client.simple_query(sql).await
    }
}

/// What the server says, or else the driver.
fn in_words(why: &tokio_postgres::Error) -> String {
    why.as_db_error().map_or_else(|| why.to_string(), |said| said.message().to_owned())
}
