//! A future that works in steps, where something may drop it.

use crate::{
    rules::{Call, Level},
    scan::{find::Candidate, frame::Scope, read, walk::Walk},
};
use proc_macro2::Span;
use syn::{Expr, ExprCall, ExprMethodCall, spanned::Spanned};

const RULES: [&str; 2] = ["cut-in-the-middle", "transaction-cut"];

/// Names too common to tell one function from another.
const COMMON: [&str; 20] = [
    "new",
    "get",
    "run",
    "send",
    "recv",
    "next",
    "read",
    "write",
    "flush",
    "close",
    "connect",
    "poll",
    "call",
    "sleep",
    "wait",
    "write_all",
    "read_exact",
    "start",
    "stop",
    "execute",
];

pub(crate) fn method(w: &mut Walk<'_>, m: &ExprMethodCall) {
    let name = m.method.to_string();
    let survives = |w: &Walk<'_>, scope| survives(w, &m.receiver, scope);
    for rule in RULES {
        let Some(call) = w.rules.calls(rule, &name).next().cloned() else { continue };
        if call.always && !m.args.is_empty() || !w.frame.is_async {
            continue;
        }
        match w.frame.scope() {
            Some(scope) if call.always || survives(w, scope) => {
                w.add(found(rule, &call, scope, read::word(m)));
            }
            None if !w.frame.blocking => {
                w.fact(format!("`{name}()`: {}", call.loses), read::word(m));
            }
            _ => {}
        }
    }
    if let Some(scope) = w.frame.scope()
        && (survives(w, scope) || m.args.iter().any(|a| lent(w, a, scope)))
    {
        step(w, &name, scope, read::word(m));
    }
}

pub(crate) fn call(w: &mut Walk<'_>, c: &ExprCall) {
    let (Some(path), Some(scope)) = (read::callee(c), w.frame.scope()) else { return };
    let (name, full) = (read::last(path), w.full(path));
    let lent = c.args.iter().any(|a| lent(w, a, scope));
    if let Some(call) = w.rules.calls(RULES[0], &name).next().cloned()
        && full.starts_with("tokio::io::")
        && lent
    {
        return w.add(found(RULES[0], &call, scope, path.span()));
    }
    if lent {
        step(w, &name, scope, path.span());
    }
}

fn found(rule: &'static str, call: &Call, scope: Scope, at: Span) -> Candidate {
    let says = format!("`{}()` in {}: {}", call.name(), scope.word(), call.loses);
    let sure = call.always || scope.goes_on();
    Candidate::new(rule, at, says).asks(at).at_most_if(!sure, Level::Likely)
}

fn step(w: &mut Walk<'_>, name: &str, scope: Scope, at: Span) {
    if !COMMON.contains(&name) {
        let found = Candidate::new("cut-inside-call", at, String::new());
        let found = found.at_most_if(!scope.goes_on(), Level::Note);
        w.step(name.to_owned(), scope, found);
    }
}

/// Whether what was being worked on is still there afterwards, and somebody goes on with it.
fn survives(w: &Walk<'_>, receiver: &Expr, scope: Scope) -> bool {
    let name = read::root(receiver);
    !scope.left() && (name == "self" || !w.frame.owns(&name) || scope.goes_on())
}

/// Whether an argument is another's.
fn lent(w: &Walk<'_>, arg: &Expr, scope: Scope) -> bool {
    let name = read::root(arg);
    match arg {
        _ if scope.left() => false,
        Expr::Reference(r) if r.mutability.is_some() => {
            name == "self" || !w.frame.owns(&name) || scope.goes_on()
        }
        Expr::Path(_) => !name.is_empty() && !w.frame.owns(&name) && !name.contains("::"),
        _ => false,
    }
}
