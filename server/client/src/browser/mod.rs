//! What the browser gives: elements, storage, requests. Nothing here knows what a lab is run for.

pub mod api;
pub mod dom;
pub mod js;
pub mod json;
pub mod keep;
pub mod site;
pub mod store;
pub mod theme;
