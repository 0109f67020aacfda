//! What surrounds a place while its inside is looked at: each function, loop and future asks the shapes that can begin there.

use super::{
    frame::{Frame, Scope},
    read, shapes,
    walk::{Walk, is_test},
};
use std::mem;
use syn::{Attribute, Block, Expr, FnArg, Signature, spanned::Spanned, visit::Visit};

impl Walk<'_> {
    /// Visits a future in a scope that may drop it.
    pub(crate) fn within(&mut self, scope: Scope, future: &Expr) {
        self.frame.scopes.push(scope);
        let was = mem::replace(&mut self.frame.is_async, true);
        shapes::future(self, future);
        self.visit_expr(future);
        self.frame.is_async = was;
        self.frame.scopes.pop();
    }

    pub(super) fn function(&mut self, sig: &Signature, attrs: &[Attribute], block: &Block) {
        let name = sig.ident.to_string();
        let is_async = sig.asyncness.is_some();
        if is_async {
            *self.scan.defined.entry(name.clone()).or_default() += 1;
        }
        let frame = Frame {
            name,
            is_async,
            lines: sig.span().start().line.saturating_sub(1)..block.span().end().line,
            handler: is_async && shapes::tasks::is_handler(sig),
            documented: attrs.iter().any(speaks_of_cancellation),
            in_drop: self.in_drop && sig.ident == "drop",
            owned: sig.inputs.iter().flat_map(owned).collect(),
            ..Frame::default()
        };
        let outer = mem::replace(&mut self.frame, frame);
        let test = usize::from(attrs.iter().any(is_test));
        let cfg = usize::from(self.note_cfg(attrs));
        (self.tests, self.cfgs) = (self.tests + test, self.cfgs + cfg);
        self.visit_block(block);
        shapes::function(self, sig, block);
        (self.tests, self.cfgs) = (self.tests - test, self.cfgs - cfg);
        self.frame = outer;
    }

    pub(super) fn looped(&mut self, body: &Block, visit: impl FnOnce(&mut Self)) {
        self.frame.loops += 1;
        shapes::http::accept_loop(self, body);
        visit(self);
        self.frame.loops -= 1;
    }
}

fn owned(arg: &FnArg) -> Vec<String> {
    match arg {
        FnArg::Typed(t) if !matches!(&*t.ty, syn::Type::Reference(_)) => read::bound(&t.pat),
        _ => vec![],
    }
}

fn speaks_of_cancellation(a: &Attribute) -> bool {
    let syn::Meta::NameValue(pair) = &a.meta else { return false };
    a.path().is_ident("doc") && read::tight(&pair.value).to_lowercase().contains("cancel")
}
