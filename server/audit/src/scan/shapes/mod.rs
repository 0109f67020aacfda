//! The shapes. Each place in a file asks those that can begin there.

mod cut;
mod file;
pub(crate) mod http;
mod lock;
pub(crate) mod queue;
pub(crate) mod tasks;
mod waits;
mod whole;

use super::{flow, frame::Scope, read, select::Select, walk::Walk};
use syn::{
    Block, Expr, ExprCall, ExprMethodCall, Signature, Stmt,
    visit::{self, Visit},
};

/// `timeout(…)`, with or without what is done to its answer.
pub(crate) fn is_timeout(e: &Expr) -> bool {
    match read::peel(e) {
        Expr::MethodCall(m) => is_timeout(&m.receiver),
        Expr::Call(c) => is_timeout_call(c),
        _ => false,
    }
}

fn is_timeout_call(c: &ExprCall) -> bool {
    let name = read::callee(c).map(read::last);
    c.args.len() == 2 && matches!(name.as_deref(), Some("timeout" | "timeout_at"))
}

/// A future that is polled here.
pub(crate) fn future(w: &mut Walk<'_>, e: &Expr) {
    match e {
        Expr::MethodCall(m) => {
            cut::method(w, m);
            tasks::child(w, m);
            whole::drain(w, m);
        }
        Expr::Call(c) => {
            cut::call(w, c);
            http::relay(w, c);
        }
        Expr::Reference(r) => future(w, &r.expr),
        Expr::Paren(p) => future(w, &p.expr),
        _ => {}
    }
}

pub(crate) fn call(w: &mut Walk<'_>, c: &ExprCall) {
    let Some(path) = read::callee(c) else { return visit::visit_expr_call(w, c) };
    if is_timeout_call(c) {
        return limited(w, c);
    }
    let full = w.full(path);
    waits::call(w, path, &full);
    whole::call(w, path, &full);
    if read::last(path) == "try_join_all" {
        c.args.iter().for_each(|arg| tasks::join(w, arg));
    }
    if waits::is_blocking(&full) {
        tasks::blocking(w, c, path);
        return w.elsewhere(true, |w| visit::visit_expr_call(w, c));
    }
    if read::last(path).starts_with("spawn") {
        tasks::spawn(w, path, &full);
        return w.elsewhere(false, |w| visit::visit_expr_call(w, c));
    }
    visit::visit_expr_call(w, c);
}

fn limited(w: &mut Walk<'_>, c: &ExprCall) {
    let scope = Scope::Timeout { left: w.frame.propagates, looped: w.frame.loops > 0 };
    w.visit_expr(&c.args[0]);
    tasks::outlives(w, &c.args[1], "the time is up");
    http::headers(w, c);
    queue::sends(w, &c.args[1], scope);
    w.within(scope, &c.args[1]);
}

pub(crate) fn method(w: &mut Walk<'_>, m: &ExprMethodCall) {
    waits::method(w, m);
    http::method(w, m);
    whole::method(w, m);
    if m.method.to_string().starts_with("spawn") {
        let function = w.frame.name.clone();
        w.scan.spawners.insert(function);
        return w.elsewhere(false, |w| visit::visit_expr_method_call(w, m));
    }
    visit::visit_expr_method_call(w, m);
}

pub(crate) fn select(w: &mut Walk<'_>, select: &Select) {
    let leaves: Vec<bool> = select.branches.iter().map(|b| flow::leaves(&b.handler)).collect();
    for (k, branch) in select.branches.iter().enumerate() {
        if let Some(future) = &branch.future {
            let left = leaves.iter().enumerate().all(|(j, leaves)| j == k || *leaves);
            let scope = Scope::Select { left, looped: w.frame.loops > 0 };
            tasks::outlives(w, future, "another branch wins");
            queue::sends(w, future, scope);
            w.within(scope, future);
        }
        w.visit_expr(&branch.handler);
    }
}

pub(crate) fn statement(w: &mut Walk<'_>, s: &Stmt) {
    tasks::statement(w, s);
}

pub(crate) fn block(w: &mut Walk<'_>, b: &Block) {
    if w.frame.is_async {
        lock::guarded(w, b);
        lock::flagged(w, b);
        lock::counted(w, b);
        http::buffered(w, b);
        queue::handed_on(w, b);
    }
}

pub(crate) fn function(w: &mut Walk<'_>, sig: &Signature, b: &Block) {
    http::bodies(w);
    if w.frame.is_async {
        queue::gathers(w, sig, b);
        file::unflushed(w, sig, b);
    }
}
