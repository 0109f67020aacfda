//! What the browser keeps for us. Where it keeps nothing (private windows, full disks), the page still works.

use wasm_bindgen::prelude::*;

/// Where something is kept.
#[derive(Clone, Copy, PartialEq)]
pub enum Store {
    /// Until the tab is closed: which runs go on over a reload.
    Session,
    /// Until the reader clears it: answers and progress.
    Local,
}

#[wasm_bindgen]
extern "C" {
    // Even to name a storage may throw; so each of these does it in one go.
    #[wasm_bindgen(catch, js_namespace = ["window", "localStorage"], js_name = getItem)]
    fn local_get(key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["window", "localStorage"], js_name = setItem)]
    fn local_set(key: &str, value: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["window", "sessionStorage"], js_name = getItem)]
    fn session_get(key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["window", "sessionStorage"], js_name = setItem)]
    fn session_set(key: &str, value: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["window", "sessionStorage"], js_name = removeItem)]
    fn session_remove(key: &str) -> Result<(), JsValue>;
}

pub fn read(store: Store, key: &str) -> Option<String> {
    let kept = match store {
        Store::Session => session_get(key),
        Store::Local => local_get(key),
    };
    kept.ok().flatten()
}

/// Keeps it until the reader clears it, where that is possible. What a reader sees does not depend on it until the next
/// visit.
pub fn keep(key: &str, value: &str) {
    if !write(Store::Local, key, value) {
        web_sys::console::warn_1(&"The browser keeps nothing for this page.".into());
    }
}

/// Whether it was kept.
#[must_use]
pub fn write(store: Store, key: &str, value: &str) -> bool {
    let kept = match store {
        Store::Session => session_set(key, value),
        Store::Local => local_set(key, value),
    };
    kept.is_ok()
}

/// Takes away what was kept until the tab is closed. The rest the page's own script takes away, on the reader's wish.
pub fn remove(key: &str) {
    session_remove(key).unwrap_or_default();
}
