//! What a lock or a flag guards, changed in two steps with an await between.

use crate::scan::{find::Candidate, flow, read, walk::Walk};
use syn::{
    Block, Expr, Stmt,
    spanned::Spanned,
    visit::{self, Visit},
};

const CHANGES: [&str; 12] = [
    "insert",
    "remove",
    "push",
    "push_back",
    "pop",
    "pop_front",
    "take",
    "replace",
    "clear",
    "drain",
    "extend",
    "retain",
];

/// `let g = m.lock().await;`, a change of `g`, an await, another change.
pub(crate) fn guarded(w: &mut Walk<'_>, b: &Block) {
    for (k, s) in b.stmts.iter().enumerate() {
        let Some(guard) = guard(s) else { continue };
        if let Some(wait) = half_done(&b.stmts[k + 1..], &guard) {
            let says = format!(
                "`{guard}` is changed, then something is awaited (line {wait}), then it is changed again"
            );
            w.fact(format!("changes `{guard}` before and after an await"), s.span());
            let at = read::simple_let(s).map_or(s.span(), |(name, _)| name.ident.span());
            w.add(Candidate::new("invariant-across-await", at, says));
        }
    }
}

fn guard(s: &Stmt) -> Option<String> {
    let (name, init) = read::simple_let(s)?;
    let Expr::Await(a) = init else { return None };
    let Expr::MethodCall(m) = &*a.base else { return None };
    let locks = (m.method == "lock" || m.method == "write") && m.args.is_empty();
    locks.then(|| name.ident.to_string())
}

/// The line of the await between two changes.
fn half_done(rest: &[Stmt], guard: &str) -> Option<usize> {
    let (mut changed, mut wait) = (false, None);
    for s in rest {
        if drops(s, guard) {
            return None;
        }
        let awaits = !flow::awaits_in(s).all.is_empty();
        match changes(s, guard) {
            true if wait.is_some() => return wait,
            true => changed |= !awaits,
            false if changed && awaits => wait = wait.or(Some(s.span().start().line)),
            false => {}
        }
    }
    None
}

fn drops(s: &Stmt, guard: &str) -> bool {
    matches!(s, Stmt::Expr(Expr::Call(c), _)
        if read::callee(c).is_some_and(|p| read::last(p) == "drop") && c.args.iter().any(|a| read::root(a) == guard))
}

fn changes(s: &Stmt, guard: &str) -> bool {
    struct Changes<'g>(&'g str, bool);
    impl<'a> Visit<'a> for Changes<'_> {
        fn visit_expr_assign(&mut self, a: &'a syn::ExprAssign) {
            self.1 |= read::root(&a.left) == self.0;
            visit::visit_expr_assign(self, a);
        }
        fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
            let assigns = matches!(b.op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_));
            self.1 |= assigns && read::root(&b.left) == self.0;
            visit::visit_expr_binary(self, b);
        }
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            let named = CHANGES.iter().any(|name| m.method == name);
            self.1 |= named && read::root(&m.receiver) == self.0;
            visit::visit_expr_method_call(self, m);
        }
    }
    let mut changes = Changes(guard, false);
    changes.visit_stmt(s);
    changes.1
}

/// A flag that goes up, an await, and the same flag down.
pub(crate) fn flagged(w: &mut Walk<'_>, b: &Block) {
    lowered_after_an_await(w, b, flag, "flag-across-await", |flag| {
        format!("`{flag}` is lowered after an await: a cancel there leaves it up")
    });
}

/// A count that is taken up, an await, and the same count down.
pub(crate) fn counted(w: &mut Walk<'_>, b: &Block) {
    lowered_after_an_await(w, b, count, "count-across-await", |count| {
        format!("`{count}` is counted down after an await: a cancel there leaves it one too high")
    });
}

/// Which thing a call raises or lowers, and whether it raises it.
type Step = fn(&syn::ExprMethodCall) -> Option<(String, bool)>;

fn lowered_after_an_await(
    w: &mut Walk<'_>,
    b: &Block,
    step: Step,
    rule: &'static str,
    says: impl Fn(&str) -> String,
) {
    let mut up: Vec<(String, bool)> = vec![];
    for s in &b.stmts {
        for (what, at, raised) in steps(s, step) {
            if raised {
                up.push((what, false));
            } else if up.iter().any(|(name, awaited)| *name == what && *awaited) {
                w.add(Candidate::new(rule, at, says(&what)));
            }
        }
        if !flow::awaits_in(s).all.is_empty() {
            up.iter_mut().for_each(|(_, awaited)| *awaited = true);
        }
    }
}

/// `flag.store(true, …)`, `swap`, `compare_exchange`.
fn flag(m: &syn::ExprMethodCall) -> Option<(String, bool)> {
    let to = match m.method.to_string().as_str() {
        "store" | "swap" if m.args.len() == 2 => m.args.first(),
        "compare_exchange" if m.args.len() == 4 => m.args.get(1),
        _ => None,
    };
    let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(to), .. })) = to else { return None };
    Some((read::tight(&m.receiver), to.value))
}

/// `count.fetch_add(…)` and `fetch_sub`, a gauge's `inc` and `dec`, and what wrappers call them.
fn count(m: &syn::ExprMethodCall) -> Option<(String, bool)> {
    const PAIRS: [(&str, &str); 5] = [
        ("fetch_add", "fetch_sub"),
        ("inc", "dec"),
        ("increment", "decrement"),
        ("enter", "leave"),
        ("started", "finished"),
    ];
    let raises = PAIRS.iter().any(|(up, _)| m.method == up);
    let lowers = PAIRS.iter().any(|(_, down)| m.method == down);
    (raises || lowers).then(|| (read::tight(&m.receiver), raises))
}

/// The steps in a statement. What a closure or another future does happens at another time.
fn steps(s: &Stmt, step: Step) -> Vec<(String, proc_macro2::Span, bool)> {
    struct Steps(Step, Vec<(String, proc_macro2::Span, bool)>);
    impl<'a> Visit<'a> for Steps {
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            self.1.extend((self.0)(m).map(|(what, raised)| (what, m.method.span(), raised)));
            visit::visit_expr_method_call(self, m);
        }
        fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    }
    let mut steps = Steps(step, vec![]);
    steps.visit_stmt(s);
    steps.1
}
