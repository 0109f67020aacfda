//! Where a future waits, and where control leaves.

use super::read::{last, peel};
use syn::{Block, Expr, ExprAwait, Pat, Path, Stmt, visit::Visit};

/// The awaits of this very future: those in closures, async blocks and items are others'.
#[derive(Default)]
pub(crate) struct Awaits<'a> {
    pub(crate) all: Vec<&'a ExprAwait>,
}

impl<'a> Visit<'a> for Awaits<'a> {
    fn visit_expr_await(&mut self, a: &'a ExprAwait) {
        syn::visit::visit_expr_await(self, a);
        self.all.push(a);
    }
    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        // What is awaited when nothing came is no second step.
        let nothing = match &arm.pat {
            Pat::Ident(p) => p.ident == "None",
            Pat::TupleStruct(t) => last(&t.path) == "Err",
            _ => false,
        };
        if !nothing {
            syn::visit::visit_arm(self, arm);
        }
    }
    fn visit_macro(&mut self, _: &'a syn::Macro) {}
    fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_item(&mut self, _: &'a syn::Item) {}
}

pub(crate) fn awaits(b: &Block) -> Awaits<'_> {
    let mut awaits = Awaits::default();
    awaits.visit_block(b);
    awaits
}

pub(crate) fn awaits_in(s: &Stmt) -> Awaits<'_> {
    let mut awaits = Awaits::default();
    awaits.visit_stmt(s);
    awaits
}

/// A method that takes something out of a queue and waits for it.
pub(crate) fn takes(e: &Expr) -> bool {
    matches!(peel(e), Expr::MethodCall(m) if m.args.is_empty()
        && ["recv", "next", "pop", "try_next"].iter().any(|n| m.method == n))
}

/// Whether control leaves here, whatever happens.
pub(crate) fn leaves(e: &Expr) -> bool {
    match e {
        Expr::Return(_) | Expr::Break(_) => true,
        Expr::Block(b) => block_leaves(&b.block),
        Expr::Macro(m) => is_end(&m.mac.path),
        Expr::Match(m) => !m.arms.is_empty() && m.arms.iter().all(|a| leaves(&a.body)),
        Expr::If(i) => {
            i.else_branch.as_ref().is_some_and(|(_, e)| leaves(e)) && block_leaves(&i.then_branch)
        }
        _ => false,
    }
}

pub(crate) fn block_leaves(b: &Block) -> bool {
    b.stmts.iter().any(stmt_leaves)
}

fn stmt_leaves(s: &Stmt) -> bool {
    match s {
        Stmt::Expr(e, _) => leaves(e),
        Stmt::Macro(m) => is_end(&m.mac.path),
        _ => false,
    }
}

fn is_end(path: &Path) -> bool {
    ["bail", "panic", "unreachable", "todo"].contains(&last(path).as_str())
}
