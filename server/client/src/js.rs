//! Two words of JavaScript that no library binds.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `import(specifier)`: fails where the page's import map does not know the name.
    #[wasm_bindgen(js_name = import)]
    pub fn import(specifier: &str) -> Promise;

    /// The address of this client's own script.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    pub static SCRIPT: String;
}
