//! `errors.toml`, read.

use crate::{Entry, find};
use serde::Deserialize;

/// All messages that this book knows.
#[derive(Debug, Deserialize)]
pub struct Table {
    /// In the order of the file.
    #[serde(rename = "entry")]
    pub messages: Vec<Message>,
}

/// One message, or one symptom, with what it can come from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Names it in links: `incomplete-message`.
    pub id: String,
    /// What it says, in one sentence.
    pub means: String,
    /// What it does not say.
    pub not: String,
    /// The message as it is printed, in each of its forms.
    #[serde(default)]
    pub texts: Vec<Text>,
    /// Words of a symptom that has no text.
    #[serde(default)]
    pub signs: Vec<Vec<String>>,
    /// Whether it is too common to mean much.
    #[serde(default)]
    pub weak: bool,
    /// What can cause it, the most likely first.
    #[serde(rename = "cause")]
    pub causes: Vec<Cause>,
}

/// A message as it is printed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Its words; `*` stands for what varies.
    pub text: String,
    /// The package in Cargo.lock whose source has it; empty where none of ours prints it.
    #[serde(default)]
    pub from: String,
    /// Who prints it, where it is no package of ours.
    #[serde(default)]
    pub outside: String,
}

/// One mechanism behind a message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What happens.
    pub what: String,
    /// The question that tells it from the others.
    pub ask: String,
    /// The labs that show it, by slug; none where the book has none.
    pub labs: Vec<String>,
}

impl Table {
    /// The table this crate was built with.
    ///
    /// # Errors
    /// Where `errors.toml` cannot be read; a test of this crate sees that it can.
    pub fn ours() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../errors.toml"))
    }

    /// The messages that fit what was pasted, the best one first.
    pub fn find(&self, pasted: &str) -> Vec<&Message> {
        let entries: Vec<Entry> = self.messages.iter().map(Message::entry).collect();
        find(&entries, pasted).into_iter().map(|i| &self.messages[i]).collect()
    }
}

impl Message {
    fn entry(&self) -> Entry {
        let texts = self.texts.iter().map(|t| t.text.clone()).collect();
        Entry { texts, signs: self.signs.clone(), weak: self.weak }
    }
}
