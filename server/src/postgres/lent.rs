/// Why there is none to be had, and the one thing to do.
#[derive(Debug, Clone)]
pub struct Missing {
    pub what: String,
    pub how: String,
}

impl Missing {
    pub fn closing() -> Self {
        let (what, how) = ("still-running is stopping", "start it again");
        Self { what: what.to_owned(), how: how.to_owned() }
    }
}

/// An address, or why there is none.
pub type Lent = Result<String, Missing>;
