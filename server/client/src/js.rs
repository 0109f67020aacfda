//! A few words of JavaScript that no library binds, or none as small.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `import(specifier)`: fails where the page's import map does not know the name.
    #[wasm_bindgen(js_name = import)]
    pub fn import(specifier: &str) -> Promise;

    /// A promise that does not fail.
    pub type Settled;
    #[wasm_bindgen(js_namespace = Promise, js_name = allSettled)]
    pub fn all_settled(all: &Array) -> Settled;
    /// What it gives is a promise too, of which nobody wants to know.
    #[wasm_bindgen(method)]
    pub fn then(this: &Settled, f: &Function);

    /// The address of this client's own script.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    pub static SCRIPT: String;
}
