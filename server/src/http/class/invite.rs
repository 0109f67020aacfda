use super::{address::Address, who::Open};
use axum::Json;
use serde_json::{Value, json};

/// What a projector shows to those who are to join: only who is in may ask, and they have the code already.
pub async fn invite(Open(class): Open, address: Address) -> Json<Value> {
    let at = address.of(&class);
    let (code, link) = (class.hall.code(), at.join(&class));
    let qr = still_running_class::qr_svg(&link);
    Json(json!({ "code": code, "address": format!("{}/join", at.base), "link": link, "qr": qr }))
}
