//! What is kept. The statements are the same for SQLite and PostgreSQL; each takes a connection, so that several make one
//! transaction.

pub(crate) mod class;
mod not_opened;
mod open;
pub(crate) mod people;
mod place;
pub(crate) mod questions;
pub(crate) mod stage;
pub(crate) mod sweep;
pub(crate) mod votes;

pub use not_opened::NotOpened;
pub use open::Store;
pub use place::Place;
pub(crate) use place::SCHEMA;
pub use stage::{OnStage, Piece};

use crate::Refused;
use sqlx::{Any, Transaction};

/// A transaction of either database.
pub(crate) type Tx = Transaction<'static, Any>;
pub(crate) type Done<T> = Result<T, Refused>;
