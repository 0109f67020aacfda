use crate::rules::{NotNow, Unasked};

/// Why something was not done, for whoever can do something about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Step(#[from] NotNow),
    #[error(transparent)]
    Question(#[from] Unasked),
    #[error(
        "The class has moved on: another page of the teacher did something meanwhile. You see how it stands now; do it again if you still want it."
    )]
    Stale,
    #[error("No question is open now, so this answer was not counted. It stays in your page.")]
    NotOpen,
    #[error(
        "The class is at another question, or in another round. Your answer stays in your page; look at the question that is open."
    )]
    OtherQuestion,
    #[error("This question has no such option. Reload the page, and choose again.")]
    NoOption,
    #[error("You have not joined this class, or it was deleted. Reload the page to join it.")]
    NotJoined,
    #[error("This class is over. Your answers are on your page to take home.")]
    Over,
    #[error("A class has at most {0} people, and this one is full. Tell the teacher.")]
    Full(i64),
    #[error("So much comes in at once that this was not kept. The page sends it again by itself.")]
    Busy,
    #[error(
        "Nobody in this class has that name. Its two words stand in that person's own bar: You are …"
    )]
    Nobody,
    #[error("The page is named by its path within the book.")]
    Page,
    /// The database, and what to do about it.
    #[error("{0}")]
    Trouble(String),
}

impl Refused {
    /// For programs: one word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Step(..) => "wrong-phase",
            Self::Question(_) => "bad-question",
            Self::Stale => "stale",
            Self::NotOpen => "not-open",
            Self::OtherQuestion => "other-question",
            Self::NoOption => "no-such-option",
            Self::NotJoined => "not-in-class",
            Self::Over => "class-over",
            Self::Full(_) => "class-full",
            Self::Busy => "busy",
            Self::Nobody => "nobody",
            Self::Page => "bad-page",
            Self::Trouble(_) => "not-kept",
        }
    }

    /// What went wrong in the database, with what to do.
    pub(crate) fn from_database(error: &sqlx::Error) -> Self {
        let code = match error {
            sqlx::Error::Database(e) => e.code().unwrap_or_default().into_owned(),
            _ => String::new(),
        };
        let what = match code.len() {
            1..=4 => of_sqlite(code.parse().unwrap_or(0)),
            5 => of_postgresql(&code),
            _ => match error {
                sqlx::Error::Database(_) => OTHER,
                _ => UNREACHABLE,
            },
        };
        Self::Trouble(format!("Not kept: {what}. The page keeps what you did, and sends it again."))
    }
}

const FULL: &str =
    "the disk on which the class is kept is full. Make room there; nothing has to be restarted";
const UNREACHABLE: &str =
    "the database of the class can't be reached. Start it again; the server tries again by itself";
const OTHER: &str = "the database of the class refused it; the server's log says more";

/// The low eight bits are the kind.
fn of_sqlite(code: u32) -> &'static str {
    match code & 0xff {
        13 => FULL,
        5 | 6 => "another program holds the class's file. End that program",
        8 => "the class's file may not be written. Give the server the right to",
        10 => {
            "the class's file can't be written further: its disk fails, or a quota is used up. See to that; nothing has to be restarted"
        }
        11 | 26 => {
            "the class's file is damaged. Keep a copy of it, and start with another --class-file"
        }
        _ => OTHER,
    }
}

fn of_postgresql(code: &str) -> &'static str {
    match code {
        "53100" => FULL,
        // It shuts down, starts up, has no place for us, or takes too long.
        "53300" | "57014" => UNREACHABLE,
        code if code.starts_with("57P") || code.starts_with("08") => UNREACHABLE,
        _ => OTHER,
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        tracing::warn!(%error, "the class's database");
        Self::from_database(&error)
    }
}
