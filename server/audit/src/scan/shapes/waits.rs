//! What keeps the thread.

use crate::{
    rules::Level,
    scan::{find::Candidate, read, walk::Walk},
};
use syn::{ExprMethodCall, Path, spanned::Spanned};

const RULE: &str = "blocks-the-runtime";

/// What runs its closure on a thread that may wait.
pub(crate) fn is_blocking(full: &str) -> bool {
    ["spawn_blocking", "block_in_place", "thread::spawn"].iter().any(|end| full.ends_with(end))
}

pub(crate) fn call(w: &mut Walk<'_>, path: &Path, full: &str) {
    let known = w.rules.calls(RULE, &read::last(path)).find(|call| call.path == full).cloned();
    if let Some(call) = known
        && w.frame.is_async
        && !w.frame.blocking
    {
        let says = format!("`{full}` in async code: {}", call.loses);
        let found = Candidate::new(RULE, path.span(), says).asks(path.span());
        w.add(Candidate { typed: call.typed, ..found });
    }
}

pub(crate) fn method(w: &mut Walk<'_>, m: &ExprMethodCall) {
    if !w.frame.is_async || w.frame.blocking {
        return;
    }
    let name = m.method.to_string();
    let known = w.rules.calls(RULE, &name).find(|call| is_method(&call.path)).cloned();
    if let Some(call) = known {
        let says = format!("`{name}()` in async code: {}", call.loses);
        let found = Candidate::new(RULE, read::word(m), says).asks(read::word(m));
        w.add(Candidate { typed: call.typed, ..found });
    }
    if name == "force_flush" && m.args.is_empty() {
        let says = "`force_flush()` in async code waits on the thread";
        w.add(Candidate::new("blocking-flush", read::word(m), says).at_most(Level::Likely));
    }
}

/// `Type::method`, not `module::function`.
fn is_method(path: &str) -> bool {
    let before = path.rsplit("::").nth(1).unwrap_or_default();
    before.starts_with(char::is_uppercase)
}
