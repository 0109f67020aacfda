//! Clients, bodies, accept loops, relays.

use crate::{
    rules::Level,
    scan::{find::Candidate, flow, read, walk::Walk},
};
use std::collections::HashSet;
use syn::{
    Block, Expr, ExprCall, ExprMethodCall, Stmt,
    spanned::Spanned,
    visit::{self, Visit},
};

const BODY: [&str; 5] = ["text", "bytes", "json", "chunk", "bytes_stream"];

/// `timeout(d, request.send())`: it ends where the headers end.
pub(crate) fn headers(w: &mut Walk<'_>, c: &ExprCall) {
    if let Expr::MethodCall(m) = read::peel(&c.args[1])
        && m.method == "send"
        && m.args.is_empty()
    {
        w.frame.headers.push((c.func.span(), read::word(m)));
    }
}

/// Reads of a body outside of any timeout, once the function is known.
pub(crate) fn bodies(w: &mut Walk<'_>) {
    for (at, send) in std::mem::take(&mut w.frame.headers) {
        let line = at.start().line;
        let Some((read, name)) = w.frame.bodies.iter().find(|(read, _)| *read >= line) else {
            continue;
        };
        let says = format!("the timeout covers `send()`; `.{name}()` in line {read} has none");
        let found = Candidate::new("timeout-ends-at-headers", at, says).asks(send);
        w.add(found);
    }
}

pub(crate) fn method(w: &mut Walk<'_>, m: &ExprMethodCall) {
    let name = m.method.to_string();
    let reads = BODY.contains(&name.as_str()) && m.args.is_empty();
    if reads && !w.frame.scopes.iter().any(|s| s.word() == "a timeout") {
        w.frame.bodies.push((m.method.span().start().line, name.clone()));
    }
    if name == "timeout" && m.args.len() == 1 {
        w.scan.marks.words.insert("timeout");
    }
    if name == "build" && m.args.is_empty() {
        built(w, m);
    }
}

/// A client, by the chain that builds it.
fn built(w: &mut Walk<'_>, m: &ExprMethodCall) {
    let mut chain = vec![];
    let mut e = &*m.receiver;
    while let Expr::MethodCall(m) = e {
        chain.push((m.method.to_string(), m.method.span()));
        e = &m.receiver;
    }
    let has = |name: &str| chain.iter().find(|(method, _)| method == name);
    if let (Some((_, at)), None) = (has("read_timeout"), has("timeout")) {
        let says = "a read timeout and no total one: a body that trickles is read for ever";
        w.add(Candidate::new("no-total-timeout", *at, says).asks(*at));
    }
    if !is_reqwest(w, e) {
        return;
    }
    let at = read::word(m);
    if has("timeout").is_none() && has("read_timeout").is_none() {
        w.add(Candidate::new("client-without-timeout", at, "a client without any timeout"));
    }
    if has("http2_prior_knowledge").is_some() && has("http2_keep_alive_interval").is_none() {
        w.add(Candidate::new(
            "http2-without-ping",
            at,
            "HTTP/2, and nobody asks whether the connection is alive",
        ));
    }
}

fn is_reqwest(w: &Walk<'_>, begin: &Expr) -> bool {
    let known = ["reqwest::Client::builder", "reqwest::ClientBuilder::new"];
    read::called(begin).is_some_and(|path| known.contains(&w.full(path).as_str()))
}

/// A loop that accepts, and greets in the same breath.
pub(crate) fn accept_loop(w: &mut Walk<'_>, body: &Block) {
    let (mut accepts, mut greets) = (false, None);
    for a in flow::awaits(body).all {
        match &*a.base {
            Expr::MethodCall(m) if m.method == "accept" => match m.args.is_empty() {
                true => accepts = true,
                false => greets = greets.or(Some((m.method.span(), m.method.span()))),
            },
            Expr::Call(c) => match read::callee(c).map(read::last).as_deref() {
                Some("accept") => accepts = true,
                Some("accept_async" | "accept_hdr_async") => {
                    greets = greets.or(Some((c.func.span(), c.func.span())))
                }
                _ => {}
            },
            _ => {}
        }
    }
    if let (true, Some((at, asks))) = (accepts, greets) {
        let says = "the loop that accepts waits here for one client";
        w.add(Candidate::new("handshake-in-accept-loop", at, says).asks(asks));
    }
}

pub(crate) fn relay(w: &mut Walk<'_>, c: &ExprCall) {
    if let Some(path) = read::callee(c)
        && read::last(path) == "copy_bidirectional"
        && w.frame.scope().is_none()
        && !w.says("copy_bidirectional_with_sizes")
    {
        let says = "nothing ends this when one side has left and the other says nothing";
        w.add(Candidate::new("relay-without-limit", path.span(), says).at_most(Level::Likely));
    }
}

/// `buffered(n)`, and a loop over it that waits for something else.
pub(crate) fn buffered(w: &mut Walk<'_>, b: &Block) {
    let mut streams = vec![];
    for s in &b.stmts {
        if let Some((name, init)) = read::simple_let(s)
            && ["buffered", "buffer_unordered"]
                .iter()
                .any(|m| read::count(quote::quote!(#init), m) > 0)
        {
            streams.push((name.ident.to_string(), init.span()));
        }
        if let Some((stream, body)) = over(s)
            && let Some((_, at)) = streams.iter().find(|(name, _)| *name == stream)
            && !flow::awaits(body).all.is_empty()
        {
            let says = "while the loop over it waits, nothing polls what is in this buffer";
            let found = Candidate::new("buffered-behind-await", *at, says);
            w.add(Candidate { unless_spawned_by: functions(b), ..found });
        }
    }
}

/// `while let Some(x) = stream.next().await { … }`.
fn over(s: &Stmt) -> Option<(String, &Block)> {
    let Stmt::Expr(Expr::While(l), _) = s else { return None };
    let Expr::Let(cond) = &*l.cond else { return None };
    let Expr::MethodCall(m) = read::peel(&cond.expr) else { return None };
    (m.method == "next" || m.method == "try_next").then(|| (read::root(&m.receiver), &l.body))
}

fn functions(b: &Block) -> HashSet<String> {
    struct Called(HashSet<String>);
    impl<'a> Visit<'a> for Called {
        fn visit_expr_call(&mut self, c: &'a ExprCall) {
            self.0.extend(read::callee(c).map(read::last));
            visit::visit_expr_call(self, c);
        }
    }
    let mut called = Called(HashSet::new());
    called.visit_block(b);
    called.0
}
