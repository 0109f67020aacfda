//! What one file shows, by its text alone. What comes out is plain data: spans end with the thread that parsed.

mod enter;
mod find;
mod flow;
mod frame;
mod read;
mod select;
mod shapes;
mod visit;
mod walk;

pub use find::{Candidate, Spot};
pub(crate) use find::{Fact, Scan};

use crate::rules::Rules;
use syn::visit::Visit;

/// Words without which a file has none of the shapes; most files of most crates have none.
const HINTS: [&str; 6] = ["async", "await", "tokio", "reqwest", "spawn", "sqlx"];

/// Whether a file is worth parsing.
pub(crate) fn is_interesting(text: &str) -> bool {
    HINTS.iter().any(|hint| text.contains(hint))
}

/// Reads one file.
///
/// # Errors
/// Where it is no Rust, with the line.
pub(crate) fn scan(text: &str, test: bool, rules: &Rules) -> syn::Result<Scan> {
    let file = syn::parse_file(text)?;
    let mut walk = walk::Walk::new(text, test, rules);
    walk.visit_file(&file);
    let scan = walk.finish();
    // Spans are kept for each thread, with the text they point into, until this.
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok(scan)
}
