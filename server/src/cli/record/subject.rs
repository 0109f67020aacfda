use crate::catalog::Lab;
use labkit_shelf::Folder;
use std::sync::Arc;

/// A lab that is built, and its folder.
#[derive(Debug, Clone)]
pub struct Subject {
    pub lab: Arc<Lab>,
    pub folder: Folder,
}
