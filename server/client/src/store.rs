//! What the browser keeps for us. Where it keeps nothing (private windows, full disks), the page still works.

use crate::dom::window;
use web_sys::Storage;

/// Kept until the tab is closed: which runs go on over a reload.
pub fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Kept until the reader clears it: answers and progress.
pub fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub fn read(store: &Option<Storage>, key: &str) -> Option<String> {
    store.as_ref()?.get_item(key).ok().flatten()
}

/// Keeps it where that is possible. What a reader sees does not depend on it until the next visit.
pub fn keep(store: &Option<Storage>, key: &str, value: &str) {
    if !write(store, key, value) {
        web_sys::console::warn_1(&"The browser keeps nothing for this page.".into());
    }
}

/// Whether it was kept.
#[must_use]
pub fn write(store: &Option<Storage>, key: &str, value: &str) -> bool {
    store.as_ref().is_some_and(|s| s.set_item(key, value).is_ok())
}

pub fn remove(store: &Option<Storage>, key: &str) {
    if let Some(s) = store {
        s.remove_item(key).unwrap_or_default();
    }
}
