//! What is kept. The statements are the same for SQLite and PostgreSQL; each takes a connection, so that several make one
//! transaction.

pub(crate) mod class;
mod open;
pub(crate) mod people;
pub(crate) mod sweep;
pub(crate) mod votes;

pub(crate) use open::SCHEMA;
pub use open::{NotOpened, Place, Store};

use crate::Refused;
use sqlx::{Any, Transaction};

/// A transaction of either database.
pub(crate) type Tx = Transaction<'static, Any>;
pub(crate) type Done<T> = Result<T, Refused>;
