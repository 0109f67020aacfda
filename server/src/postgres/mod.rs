//! Where labs find PostgreSQL: a temporary one for as long as the program runs, or a database of their own on the server
//! that the reader's `DATABASE_URL` names. Nothing of either outlives the program, however it ends: both are ended by a
//! keeper, a process that holds one end of a pipe.

mod lent;
mod named;
mod temporary;

use crate::{catalog::Catalog, keeper::Order};
use labkit_postgres::{HOW_TO_INSTALL, find};
use labkit_wire::{NO_POSTGRES_ENV, Need, POSTGRES_ENV, POSTGRES_ORIGIN_ENV};
use lent::{Lent, Missing};
use named::{Named, OwnDatabase};
use std::{ffi::OsStr, process::ExitCode};
use temporary::Temporary;

/// The keepers of a PostgreSQL and of a database are this same program, too.
pub fn keeper_main(first: &OsStr) -> Option<ExitCode> {
    match first.to_str()? {
        labkit_postgres::KEEPER_ARG => Some(labkit_postgres::keeper_main()),
        named::KEEPER_ARG => Some(named::keeper_main()),
        _ => None,
    }
}

/// What to say where there is no PostgreSQL for labs.
pub fn missing() -> Option<String> {
    (Named::find().is_none() && find().is_none()).then(|| HOW_TO_INSTALL.to_owned())
}

/// Where it is that labs find one, for people.
pub fn origin() -> Option<String> {
    let named = Named::find().map(|named| named.to_string());
    named.or_else(|| find().map(|folder| folder.display().to_string()))
}

/// Where labs find PostgreSQL, if anywhere. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Postgres(Place);

#[derive(Debug, Clone, Default)]
enum Place {
    #[default]
    Nowhere,
    Temporary(Temporary),
    Named(Named),
}

/// What one run may use. Dropped, a database that was made for it is dropped, too; [`Loan::give_back`] waits for that.
#[derive(Debug, Default)]
pub struct Loan {
    told: Vec<(&'static str, String)>,
    database: Option<OwnDatabase>,
}

impl Postgres {
    /// One that is there when it is needed, if a lab uses it and there is one.
    pub fn for_labs(catalog: &Catalog) -> Self {
        match Named::find().filter(|_| catalog.needs(Need::Postgres)) {
            Some(named) => Self(Place::Named(named)),
            None => Self::of_our_own(catalog),
        }
    }

    /// Whatever the reader has: for recordings, which must not tell of that.
    pub fn of_our_own(catalog: &Catalog) -> Self {
        let here = catalog.needs(Need::Postgres) && find().is_some();
        Self(if here { Place::Temporary(Temporary::new()) } else { Place::Nowhere })
    }

    /// Whose server it is that labs will use, where it is not one of ours: to be said before the first of them runs.
    pub fn notice(&self) -> Option<String> {
        match &self.0 {
            Place::Named(named) => Some(named.notice()),
            Place::Temporary(_) | Place::Nowhere => None,
        }
    }

    /// Makes one ready, without waiting. Must be called within a runtime.
    pub fn start(&self) {
        if let Place::Temporary(temporary) = &self.0 {
            temporary.start();
        }
    }

    /// For one run, as soon as it is up. Cancel-safe.
    pub async fn lend(&self) -> Loan {
        match &self.0 {
            // A lab that is told nothing looks for itself.
            Place::Nowhere => Loan::default(),
            Place::Temporary(temporary) => Loan::of(temporary.lend().await),
            Place::Named(named) => match named.make().await {
                Ok((url, database)) => {
                    let origin = (POSTGRES_ORIGIN_ENV, named.to_string());
                    let told = vec![(POSTGRES_ENV, url), origin];
                    Loan { told, database: Some(database) }
                }
                Err(missing) => Loan::of(Err(missing)),
            },
        }
    }

    /// Ends what was started.
    pub async fn end(&self) {
        if let Place::Temporary(temporary) = &self.0 {
            temporary.end().await;
        }
    }
}

impl Loan {
    fn of(lent: Lent) -> Self {
        let told = match lent {
            Ok(url) => (POSTGRES_ENV, url),
            Err(Missing { what, how }) => (NO_POSTGRES_ENV, format!("{what}\n{how}")),
        };
        Self { told: vec![told], database: None }
    }

    /// Tells the lab of it.
    pub fn furnish(&self, order: Order) -> Order {
        self.told.iter().fold(order, |order, (name, value)| order.env(name, value))
    }

    /// When nothing of the run is left. Waits until nothing of its database is.
    pub async fn give_back(self) {
        if let Some(database) = self.database {
            database.end().await;
        }
    }
}
