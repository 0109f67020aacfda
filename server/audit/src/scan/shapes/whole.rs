//! What only the whole crate can answer: whether something is set anywhere.

use crate::{
    rules::Level,
    scan::{find::Candidate, read, walk::Walk},
};
use syn::{ExprMethodCall, Path, spanned::Spanned};

pub(crate) fn call(w: &mut Walk<'_>, path: &Path, full: &str) {
    let name = read::last(path);
    if ["PgPool::connect", "PgPool::connect_with", "PgPoolOptions::new"]
        .iter()
        .any(|end| full.ends_with(end))
    {
        no_limit(w, path.span(), Level::Likely);
    }
    if full.ends_with("reqwest::Client::new") {
        w.add(Candidate::new(
            "client-without-timeout",
            path.span(),
            "a client without any timeout",
        ));
    }
    if name == "ctrl_c" {
        let says = "Ctrl-C is heard here, and SIGTERM nowhere in this crate";
        w.add_unless("SignalKind::terminate", Candidate::new("sigterm-unheard", path.span(), says));
    }
    if full.ends_with("SignalKind::terminate") {
        w.scan.marks.words.insert("SignalKind::terminate");
    }
    if full == "tokio::time::interval" && w.frame.is_async && !w.says("set_missed_tick_behavior") {
        let says = "after a stall, all ticks that were missed come at once";
        w.add(Candidate::new("burst-of-ticks", path.span(), says));
    }
}

pub(crate) fn method(w: &mut Walk<'_>, m: &ExprMethodCall) {
    if m.method == "connect_with" && w.says("PgPoolOptions") && !w.says("PgPoolOptions::new") {
        // Its options come from elsewhere, and may bring the limit.
        no_limit(w, read::word(m), Level::Note);
    }
}

fn no_limit(w: &mut Walk<'_>, at: proc_macro2::Span, most: Level) {
    let says = "PostgreSQL is given no statement_timeout anywhere in this crate";
    w.add_unless(
        "statement_timeout",
        Candidate::new("no-statement-timeout", at, says).at_most(most),
    );
}

/// A graceful shutdown that is awaited without a limit.
pub(crate) fn drain(w: &mut Walk<'_>, m: &ExprMethodCall) {
    if m.method == "with_graceful_shutdown" && w.frame.scope().is_none() {
        let says = "waits for every connection, for as long as one stays";
        w.add(Candidate::new("drain-without-limit", read::word(m), says).at_most(Level::Note));
    }
}
