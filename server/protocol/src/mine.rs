use crate::object::only_as_object;
use serde::{Deserialize, Serialize};

/// `GET /api/labs/{slug}/mine`: the reader's own file, as it stands on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// The whole file.
    pub text: String,
    /// Changes with the text.
    pub version: String,
    /// What the file was before the reader touched it.
    pub start: String,
}

/// `PUT /api/labs/{slug}/mine`: an object, each of its fields said once. The answer is a [`Mine`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct SaveMine {
    /// The whole file, as it is to be.
    pub text: String,
    /// The version that was edited. Where another one stands by now, nothing is written.
    pub version: String,
}

only_as_object!(SaveMine);

/// What the compiler says of one place in a file. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// From the root of the checkout, such as `labs/lost-line/mine.rs`.
    pub file: String,
    /// Whether the file is built all the same.
    pub level: Level,
    /// Where the place begins.
    pub line: u32,
    /// Its first column.
    pub column: u32,
    /// Where it ends.
    pub end_line: u32,
    /// The first column that is not meant any more.
    pub end_column: u32,
    /// What is wrong.
    pub message: String,
    /// What is wrong with this place, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The compiler's number for it, such as `E0308`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Whether it keeps the file from being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is built.
    Error,
    /// It is built all the same.
    Warning,
}
