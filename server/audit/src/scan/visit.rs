//! What is looked at in each place, and what surrounds it while its inside is.

use super::{
    flow, read,
    select::Select,
    shapes,
    walk::{Walk, is_test},
};
use std::{collections::HashMap, mem};
use syn::{
    Block, Expr, Macro, Stmt,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::{self, Visit},
};

impl<'a> Visit<'a> for Walk<'_> {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        imports(&item.tree, "", &mut self.uses);
    }
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let test = usize::from(item.ident == "tests" || item.attrs.iter().any(is_test));
        let cfg = usize::from(self.note_cfg(&item.attrs));
        (self.tests, self.cfgs) = (self.tests + test, self.cfgs + cfg);
        visit::visit_item_mod(self, item);
        (self.tests, self.cfgs) = (self.tests - test, self.cfgs - cfg);
    }
    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let is = item.trait_.as_ref().is_some_and(|(_, path, _)| read::last(path) == "Drop");
        let cfg = usize::from(self.note_cfg(&item.attrs));
        let was = mem::replace(&mut self.in_drop, is);
        self.cfgs += cfg;
        visit::visit_item_impl(self, item);
        self.cfgs -= cfg;
        self.in_drop = was;
    }
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        self.function(&f.sig, &f.attrs, &f.block);
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.function(&f.sig, &f.attrs, &f.block);
    }
    fn visit_trait_item_fn(&mut self, f: &'a syn::TraitItemFn) {
        if let Some(block) = &f.default {
            self.function(&f.sig, &f.attrs, block);
        }
    }
    fn visit_expr_async(&mut self, a: &'a syn::ExprAsync) {
        let was = mem::replace(&mut self.frame.is_async, true);
        shapes::queue::in_a_block(self, a);
        visit::visit_expr_async(self, a);
        self.frame.is_async = was;
    }
    fn visit_expr_closure(&mut self, c: &'a syn::ExprClosure) {
        let was = mem::replace(&mut self.frame.is_async, c.asyncness.is_some());
        let scopes = mem::take(&mut self.frame.scopes);
        visit::visit_expr_closure(self, c);
        self.frame.scopes = scopes;
        self.frame.is_async = was;
    }
    fn visit_expr_loop(&mut self, l: &'a syn::ExprLoop) {
        self.looped(&l.body, |w| visit::visit_expr_loop(w, l));
    }
    fn visit_expr_while(&mut self, l: &'a syn::ExprWhile) {
        shapes::queue::while_loop(self, l);
        self.looped(&l.body, |w| visit::visit_expr_while(w, l));
    }
    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        self.looped(&l.body, |w| visit::visit_expr_for_loop(w, l));
    }
    fn visit_expr_await(&mut self, a: &'a syn::ExprAwait) {
        shapes::future(self, &a.base);
        visit::visit_expr_await(self, a);
    }
    fn visit_expr_try(&mut self, t: &'a syn::ExprTry) {
        let on = shapes::is_timeout(&t.expr) || self.frame.propagates;
        self.propagating(on, |w| visit::visit_expr_try(w, t));
    }
    fn visit_expr_match(&mut self, m: &'a syn::ExprMatch) {
        let leaves = |a: &syn::Arm| !read::tight(&a.pat).starts_with("Ok") && flow::leaves(&a.body);
        let on = shapes::is_timeout(&m.expr) && m.arms.iter().any(leaves);
        self.propagating(on, |w| w.visit_expr(&m.expr));
        m.arms.iter().for_each(|arm| self.visit_arm(arm));
    }
    fn visit_expr_if(&mut self, i: &'a syn::ExprIf) {
        self.propagating(flow::block_leaves(&i.then_branch), |w| w.visit_expr(&i.cond));
        self.visit_block(&i.then_branch);
        i.else_branch.iter().for_each(|(_, e)| self.visit_expr(e));
    }
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        shapes::call(self, c);
    }
    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        shapes::method(self, m);
    }
    fn visit_macro(&mut self, m: &'a Macro) {
        self.inside(m);
    }
    fn visit_stmt(&mut self, s: &'a Stmt) {
        shapes::statement(self, s);
        let on = matches!(s, Stmt::Local(l) if l.init.as_ref().is_some_and(|i| i.diverge.as_ref().is_some_and(|(_, e)| flow::leaves(e))));
        self.propagating(on, |w| visit::visit_stmt(w, s));
    }
    fn visit_block(&mut self, b: &'a Block) {
        shapes::block(self, b);
        visit::visit_block(self, b);
    }
    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        if text.value().contains("statement_timeout") {
            self.scan.marks.words.insert("statement_timeout");
        }
    }
}

impl Walk<'_> {
    /// What stands in a macro's brackets, where it is branches or expressions.
    fn inside(&mut self, m: &Macro) {
        let name = read::last(&m.path);
        if name == "select" || name == "select_biased" {
            self.scan.selects += 1;
            match m.parse_body::<Select>() {
                Ok(select) => shapes::select(self, &select),
                Err(_) => self.unread(m, name),
            }
        } else if let Ok(args) =
            m.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated)
        {
            shapes::tasks::joined(self, &name, &args);
            args.iter().for_each(|e| self.visit_expr(e));
        } else if name != "macro_rules" && m.tokens.to_string().contains("await") {
            self.unread(m, name);
        }
    }

    fn unread(&mut self, m: &Macro, name: String) {
        self.scan.unread.push((m.span().start().line, name));
    }
}

fn imports(tree: &syn::UseTree, before: &str, into: &mut HashMap<String, String>) {
    match tree {
        syn::UseTree::Path(p) => imports(&p.tree, &format!("{before}{}::", p.ident), into),
        syn::UseTree::Name(n) => {
            into.insert(n.ident.to_string(), format!("{before}{}", n.ident));
        }
        syn::UseTree::Rename(r) => {
            into.insert(r.rename.to_string(), format!("{before}{}", r.ident));
        }
        syn::UseTree::Group(g) => g.items.iter().for_each(|t| imports(t, before, into)),
        syn::UseTree::Glob(_) => {}
    }
}
