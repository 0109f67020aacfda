//! Small questions about syntax.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Expr, ExprMethodCall, Local, Pat, Path, Stmt, visit::Visit};

pub(crate) fn last(path: &Path) -> String {
    path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default()
}

pub(crate) fn spell(path: &Path) -> String {
    path.segments.iter().map(|s| s.ident.to_string()).collect::<Vec<_>>().join("::")
}

/// Without `.await`, `?`, brackets and `&`.
pub(crate) fn peel(e: &Expr) -> &Expr {
    match e {
        Expr::Await(a) => peel(&a.base),
        Expr::Try(t) => peel(&t.expr),
        Expr::Paren(p) => peel(&p.expr),
        Expr::Group(g) => peel(&g.expr),
        Expr::Reference(r) => peel(&r.expr),
        e => e,
    }
}

/// The name at the beginning: `self` of `self.a.b()`.
pub(crate) fn root(e: &Expr) -> String {
    match peel(e) {
        Expr::MethodCall(m) => root(&m.receiver),
        Expr::Field(f) => root(&f.base),
        Expr::Index(i) => root(&i.expr),
        Expr::Unary(u) => root(&u.expr),
        Expr::Call(c) => root(&c.func),
        Expr::Path(p) => spell(&p.path),
        _ => String::new(),
    }
}

/// The name, where it is one and nothing else.
pub(crate) fn name(e: &Expr) -> Option<String> {
    match e {
        Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// Tokens without a space between.
pub(crate) fn tight(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

/// The path of the function that is called.
pub(crate) fn callee(c: &syn::ExprCall) -> Option<&Path> {
    match &*c.func {
        Expr::Path(p) => Some(&p.path),
        _ => None,
    }
}

pub(crate) fn called(e: &Expr) -> Option<&Path> {
    match e {
        Expr::Call(c) => callee(c),
        _ => None,
    }
}

/// `tokio::spawn(…)` and its like, dressed or not: the path that is called, and the call.
pub(crate) fn spawned(e: &Expr) -> Option<(&Path, &Expr)> {
    let e = peel(e);
    if let Expr::MethodCall(m) = e
        && (m.method == "instrument" || m.method == "in_current_span")
    {
        return spawned(&m.receiver);
    }
    let path = called(e)?;
    let known =
        ["tokio::spawn", "tokio::task::spawn", "task::spawn", "spawn", "tokio::spawn_local"];
    let spelled = spell(path);
    let is = known.contains(&spelled.as_str()) || last(path) == "spawn_blocking";
    is.then_some((path, e))
}

/// What a `let` binds, by name.
pub(crate) fn bound(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'a> Visit<'a> for Names {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            self.0.push(p.ident.to_string());
        }
    }
    let mut names = Names(vec![]);
    names.visit_pat(pat);
    names.0
}

/// `let name = init;`
pub(crate) fn simple_let(s: &Stmt) -> Option<(&syn::PatIdent, &Expr)> {
    let Stmt::Local(Local { pat, init: Some(init), .. }) = s else { return None };
    let pat = match pat {
        Pat::Type(t) => &*t.pat,
        p => p,
    };
    match pat {
        Pat::Ident(p) => Some((p, &init.expr)),
        _ => None,
    }
}

/// Whether any of these names occurs, inside macros too.
pub(crate) fn mentions(tokens: TokenStream, names: &HashSet<String>) -> bool {
    !names.is_empty()
        && tokens.into_iter().any(|t| match t {
            TokenTree::Ident(i) => names.contains(&i.to_string()),
            TokenTree::Group(g) => mentions(g.stream(), names),
            _ => false,
        })
}

/// How often a name occurs.
pub(crate) fn count(tokens: TokenStream, name: &str) -> usize {
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Ident(i) => usize::from(i == name),
            TokenTree::Group(g) => count(g.stream(), name),
            _ => 0,
        })
        .sum()
}

/// The span of a method's name.
pub(crate) fn word(m: &ExprMethodCall) -> Span {
    m.method.span()
}
