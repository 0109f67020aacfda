/// Whom a chapter is expanded for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Edition {
    /// Who reads it.
    #[default]
    Pages,
    /// The search, which shows what it finds before anything was asked: so it gets no outcome and no answer.
    Search,
}
