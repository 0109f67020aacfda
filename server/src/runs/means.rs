use super::{Environment, Limits, Workshop};
use crate::{catalog::Catalog, keeper::Spares};
use std::sync::Arc;

/// What runs are made with; the same for all of them.
pub struct Means {
    pub catalog: Catalog,
    pub limits: Limits,
    pub(super) environment: Arc<Environment>,
    /// Where readers' own variants are built. None: there is no checkout, or others than this machine's readers come.
    pub(super) workshop: Option<Workshop>,
    /// Keepers that wait for something to keep, so that a run need not wait for one. Dropped, they end.
    pub(super) spares: Spares,
}
