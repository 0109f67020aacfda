//! A text as what it says.

use labkit_json::Json;

/// What the page reads.
pub trait Read: Sized {
    fn read(json: Json<'_>) -> Option<Self>;
}

/// A text as what it says, if it says that.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(Json::parse(text.as_bytes())?)
}

/// The fields of an object, with their values as one would type them.
pub fn fields(text: &str) -> Vec<(String, String)> {
    Json::parse(text.as_bytes()).map(fields_of).unwrap_or_default()
}

/// As [`fields`], of what is read already.
pub fn fields_of(json: Json<'_>) -> Vec<(String, String)> {
    let mut all = vec![];
    json.each_field(&mut |name, value| {
        let typed = value.text().or_else(|| Some(value.number()?.to_string()));
        all.extend(name.text().zip(typed));
    });
    all
}

/// A field that may be missing or null.
pub fn maybe(json: Json<'_>, name: &str) -> Option<String> {
    json.get(name)?.text()
}

/// A field that is a word, as none where it is missing.
pub fn word(json: Json<'_>, name: &str) -> String {
    maybe(json, name).unwrap_or_default()
}

/// What a refusal says: the page shows no more of it.
pub fn refusal(text: &str) -> Option<String> {
    maybe(Json::parse(text.as_bytes())?, "message")
}
