/// What is being done, for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many files of so many are read.
    Read(usize, usize),
    /// Clippy has looked at so many crates.
    Asked(usize),
}
