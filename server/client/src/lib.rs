use wasm_bindgen::{JsCast, prelude::*};
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = import)]
    fn import(specifier: &str) -> js_sys::Promise;
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static URL: String;
}
#[wasm_bindgen(start)]
fn start() {
    let t: xterm_js_rs::Terminal = wasm_bindgen::JsValue::NULL.unchecked_into();
    t.write("x");
    let _p = import(&URL.with(String::clone));
}
