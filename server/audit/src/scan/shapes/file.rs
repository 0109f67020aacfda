//! A tokio file that is written, and dropped without a flush.

use crate::scan::{find::Candidate, read, walk::Walk};
use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    Block, Expr, ExprMethodCall, FnArg, Pat, Signature, Stmt, Type,
    spanned::Spanned,
    visit::{self, Visit},
};

/// What makes sure that the last write has happened.
const SETTLES: [&str; 6] = ["flush", "sync_all", "sync_data", "shutdown", "into_std", "close"];

struct File {
    name: String,
    at: Span,
    /// The path that opened it, where that is here.
    asks: Option<Span>,
}

pub(crate) fn unflushed(w: &mut Walk<'_>, sig: &Signature, b: &Block) {
    let mut files: Vec<File> = sig.inputs.iter().filter_map(|arg| given(w, arg)).collect();
    files.extend(b.stmts.iter().filter_map(|s| opened(w, s)));
    for file in files {
        let used = Used::of(b, &file.name);
        let bindings = usize::from(file.asks.is_some());
        let escapes = read::count(b.to_token_stream(), &file.name) > used.calls + bindings;
        if used.writes && !used.settles && !escapes {
            let says = format!(
                "`{}` is written and dropped without a flush: the last write may never happen, and its error is told to nobody",
                file.name
            );
            let found = Candidate::new("file-without-flush", file.at, says);
            w.add(Candidate { asks: file.asks.map(Into::into), ..found });
        }
    }
}

/// A parameter of type `File`, where the file imports tokio's or none.
fn given(w: &Walk<'_>, arg: &FnArg) -> Option<File> {
    let FnArg::Typed(t) = arg else { return None };
    let (Type::Path(ty), Pat::Ident(name)) = (&*t.ty, &*t.pat) else { return None };
    let full = w.full(&ty.path);
    let is = full == "File" || full == "tokio::fs::File";
    is.then(|| File { name: name.ident.to_string(), at: name.ident.span(), asks: None })
}

/// `let f = File::create(…).await?;`
fn opened(w: &Walk<'_>, s: &Stmt) -> Option<File> {
    let (name, init) = read::simple_let(s)?;
    let mut awaited = false;
    let mut e = init;
    loop {
        e = match e {
            Expr::Await(a) => {
                awaited = true;
                &a.base
            }
            Expr::Try(t) => &t.expr,
            Expr::MethodCall(m) if m.method == "open" && awaited => {
                return file(name, m.method.span());
            }
            Expr::MethodCall(m) => &m.receiver,
            Expr::Call(c) => {
                let path = read::callee(c)?;
                let full = w.full(path);
                let is = full.ends_with("File::create") || full.ends_with("File::create_new");
                return if awaited && is { file(name, path.span()) } else { None };
            }
            _ => return None,
        }
    }
}

fn file(name: &syn::PatIdent, asks: Span) -> Option<File> {
    Some(File { name: name.ident.to_string(), at: name.ident.span(), asks: Some(asks) })
}

/// What is done with a local by calling its methods.
struct Used<'n> {
    name: &'n str,
    calls: usize,
    writes: bool,
    settles: bool,
}

impl<'n> Used<'n> {
    fn of(b: &Block, name: &'n str) -> Self {
        let mut used = Self { name, calls: 0, writes: false, settles: false };
        used.visit_block(b);
        used
    }
}

impl<'a> Visit<'a> for Used<'_> {
    fn visit_expr_await(&mut self, a: &'a syn::ExprAwait) {
        if let Expr::MethodCall(m) = &*a.base {
            let writes =
                ["write_all", "write", "write_buf", "write_all_buf"].iter().any(|n| m.method == n);
            self.writes |= writes && read::name(&m.receiver).as_deref() == Some(self.name);
        }
        visit::visit_expr_await(self, a);
    }
    fn visit_expr_method_call(&mut self, m: &'a ExprMethodCall) {
        if read::name(&m.receiver).as_deref() == Some(self.name) {
            self.calls += 1;
            self.settles |= SETTLES.iter().any(|n| m.method == n);
        }
        visit::visit_expr_method_call(self, m);
    }
}
