//! What an object holds, field by field.

use crate::Json;

/// The fields of an object, each as what it should be. A field that is not is empty or 0, and then the object is not
/// [`Self::whole`]: one question at the end is a good deal smaller, in wasm, than one for each field.
pub struct Fields<'a> {
    json: Json<'a>,
    whole: bool,
}

impl<'a> Fields<'a> {
    /// Those of this value; where it is no object, all of them are missing.
    pub fn of(json: Json<'a>) -> Self {
        Self { json, whole: true }
    }

    /// What was read, if every field was what it should be.
    pub fn whole<T>(&self, read: T) -> Option<T> {
        self.whole.then_some(read)
    }

    /// A field that may be missing.
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.json.get(name)
    }

    /// A string.
    pub fn text(&mut self, name: &str) -> String {
        let text = self.get(name).and_then(Json::text);
        self.needs(text.is_some());
        text.unwrap_or_default()
    }

    /// A whole number.
    pub fn number(&mut self, name: &str) -> u64 {
        let number = self.get(name).and_then(Json::number);
        self.needs(number.is_some());
        number.unwrap_or_default()
    }

    /// A number of 32 bits.
    pub fn small(&mut self, name: &str) -> u32 {
        let number = self.number(name);
        self.needs(number <= u64::from(u32::MAX));
        number as u32
    }

    /// `true` or `false`.
    pub fn truth(&mut self, name: &str) -> bool {
        let truth = self.get(name).and_then(Json::truth);
        self.needs(truth.is_some());
        truth == Some(true)
    }

    /// The values in a list.
    pub fn items(&mut self, name: &str) -> Vec<Json<'a>> {
        let items = self.get(name).and_then(Json::items);
        self.needs(items.is_some());
        items.unwrap_or_default()
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let mut all = vec![];
        for item in self.items(name) {
            let text = item.text();
            self.needs(text.is_some());
            all.extend(text);
        }
        all
    }

    /// Where this does not hold the object is not whole.
    pub fn needs(&mut self, holds: bool) {
        self.whole &= holds;
    }
}
