use super::Place;

/// Why the database was not opened: what, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{place} {why}")]
pub struct NotOpened {
    pub place: String,
    pub why: String,
    /// What to do about it.
    pub so: String,
}

impl NotOpened {
    pub(super) fn new(place: &Place, why: impl Into<String>, so: &str) -> Self {
        Self { place: place.to_string(), why: why.into(), so: so.to_owned() }
    }

    pub(super) fn of(place: &Place, error: &sqlx::Error) -> Self {
        let code = match error {
            sqlx::Error::Database(e) => e.code().unwrap_or_default().into_owned(),
            _ => String::new(),
        };
        match code.as_str() {
            "11" | "26" => Self::damaged(place),
            "5" | "261" | "517" => Self::new(
                place,
                "is open in another still-running.",
                "end that one, or name another file with --class-file",
            ),
            "13" => Self::new(
                place,
                "has no room on its disk.",
                "make room, or name another file with --class-file",
            ),
            _ => Self::new(place, format!("can't be used: {error}"), another(place)),
        }
    }

    pub(super) fn damaged(place: &Place) -> Self {
        Self::new(
            place,
            "is damaged, or is no file of a class.",
            "keep a copy of it, and name another file with --class-file",
        )
    }

    pub(super) fn newer(place: &Place) -> Self {
        Self::new(
            place,
            "was written by a newer still-running.",
            "start it with that one, or name another file with --class-file",
        )
    }
}

fn another(place: &Place) -> &'static str {
    match place {
        Place::File(_) => "name a file that can be written with --class-file",
        Place::Postgres(_) => {
            "start that server, or keep the class in a file: --class-file class.sqlite"
        }
    }
}
