//! Messages that live in a future, and loops that take a gap for the end.

use crate::{
    rules::Level,
    scan::{find::Candidate, flow, frame::Scope, read, walk::Walk},
};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Block, Expr, ExprAsync, ExprWhile, FnArg, Pat, Signature, Stmt, Type, spanned::Spanned};

/// `tx.send(value)` as the future that may be dropped.
pub(crate) fn sends(w: &mut Walk<'_>, future: &Expr, scope: Scope) {
    let Expr::MethodCall(m) = future else { return };
    let looped = matches!(scope, Scope::Timeout { .. }) || scope.goes_on();
    if m.method != "send" || m.args.len() != 1 || !looped {
        return;
    }
    let says = format!("`send(value)` in {}: the value goes with the future", scope.word());
    let found = Candidate::new("send-cut", read::word(m), says).asks(read::word(m));
    // Whoever limits a send often means to give the value up.
    w.add(found.at_most_if(matches!(scope, Scope::Timeout { .. }), Level::Likely));
}

/// `async { let x = rx.recv().await; use(x).await }`, in a place that may drop it.
pub(crate) fn in_a_block(w: &mut Walk<'_>, a: &ExprAsync) {
    let all = flow::awaits(&a.block).all;
    if let Some(scope) = w.frame.scope()
        && !scope.left()
        && all.len() > 1
        && flow::takes(&all[0].base)
    {
        let says = format!(
            "taken, then awaited, in {}: what was taken is lost at the later await",
            scope.word()
        );
        let found = Candidate::new("taken-then-await", a.async_token.span(), says);
        // Once is often at the end, when nobody goes on with the queue.
        let once = matches!(scope, Scope::Select { looped: false, .. });
        w.add(found.at_most_if(once, Level::Note));
    }
}

/// The same as a function of its own, which borrows the queue: its caller may call it again.
pub(crate) fn handed_on(w: &mut Walk<'_>, b: &Block) {
    for (k, s) in b.stmts.iter().enumerate() {
        let Some((taken, init)) = read::simple_let(s) else { continue };
        let Expr::MethodCall(m) = read::peel(init) else { continue };
        let queue = read::root(&m.receiver);
        let lone = w.frame.loops == 0 && w.frame.scope().is_none() && !w.frame.owns(&queue);
        if !lone || queue == "self" || m.method != "recv" || flow::awaits_in(s).all.is_empty() {
            continue;
        }
        let names = HashSet::from([taken.ident.to_string()]);
        let on = |s: &Stmt| {
            flow::awaits_in(s).all.iter().any(|a| read::mentions(a.base.to_token_stream(), &names))
        };
        if b.stmts[k + 1..].iter().any(on) {
            let says = format!(
                "`{}` is taken from a queue that is not this function's, and lives in its future until it is handed on",
                taken.ident
            );
            w.fact(format!("takes `{}` and hands it on later", taken.ident), taken.ident.span());
            w.add(Candidate::new("taken-then-await", read::word(m), says));
        }
    }
}

/// `while let Ok(x) = rx.recv().await`.
pub(crate) fn while_loop(w: &mut Walk<'_>, l: &ExprWhile) {
    let Expr::Let(cond) = &*l.cond else { return };
    let ok = matches!(&*cond.pat, Pat::TupleStruct(t) if read::last(&t.path) == "Ok");
    if let Expr::Await(a) = &*cond.expr
        && let Expr::MethodCall(m) = &*a.base
        && ok
        && m.method == "recv"
        && m.args.is_empty()
    {
        let says = "if this is a broadcast, the first lag ends the loop, and nobody is told";
        w.add(Candidate::new("ends-at-lag", read::word(m), says).asks(read::word(m)));
    }
}

const BUFFERS: [&str; 4] = ["String::new()", "Vec::new()", "vec![]", "BytesMut::new()"];

/// `async fn next(&mut self)` that gathers in a local.
pub(crate) fn gathers(w: &mut Walk<'_>, sig: &Signature, b: &Block) {
    let lent = |arg: &FnArg| match arg {
        FnArg::Receiver(r) => r.mutability.is_some(),
        FnArg::Typed(t) => matches!(&*t.ty, Type::Reference(r) if r.mutability.is_some()),
    };
    if !sig.inputs.first().is_some_and(lent) {
        return;
    }
    let mut buffers = vec![];
    for s in &b.stmts {
        if let Some((name, init)) = read::simple_let(s)
            && is_buffer(init)
        {
            buffers.push(name.ident.to_string());
        }
        let Stmt::Expr(
            Expr::While(syn::ExprWhile { body, .. }) | Expr::Loop(syn::ExprLoop { body, .. }),
            _,
        ) = s
        else {
            continue;
        };
        if let Some(buffer) = buffers.iter().find(|b| grows_by_reading(body, b)) {
            let says =
                format!("what is gathered in `{buffer}` goes with the future: not cancel-safe");
            let at = sig.ident.span();
            w.fact(format!("gathers in the local `{buffer}` across awaits"), s.span());
            w.add(
                Candidate::new("progress-in-a-local", at, says)
                    .at_most_if(w.frame.documented, Level::Note),
            );
            return;
        }
    }
}

fn is_buffer(e: &Expr) -> bool {
    let text = read::tight(e);
    BUFFERS.contains(&text.as_str())
        || text.starts_with("Vec::with_capacity")
        || text.starts_with("BytesMut::with_capacity")
}

fn grows_by_reading(body: &Block, buffer: &str) -> bool {
    let text = read::tight(body);
    let reads = [".read", ".recv", ".next"].iter().any(|m| text.contains(m));
    let grows = ["push", "extend", "put"].iter().any(|m| text.contains(&format!("{buffer}.{m}")));
    reads && grows && !flow::awaits(body).all.is_empty() && text.contains("self.")
}
