//! Tasks and processes that outlive whoever waits for them.

use crate::{
    rules::Level,
    scan::{find::Candidate, frame::Handle, read, walk::Walk},
};
use quote::ToTokens;
use syn::{
    Expr, ExprCall, ExprMethodCall, FnArg, Pat, Path, Signature, Stmt, Token, Type,
    punctuated::Punctuated,
    spanned::Spanned,
    visit::{self, Visit},
};

/// Types of arguments that only a handler of requests has.
const OF_HANDLERS: [&str; 10] = [
    "State",
    "Json",
    "Query",
    "Request",
    "Extension",
    "Form",
    "HeaderMap",
    "WebSocketUpgrade",
    "RequestContext",
    "Streaming",
];

pub(crate) fn is_handler(sig: &Signature) -> bool {
    sig.inputs.iter().any(|arg| match arg {
        FnArg::Typed(t) => {
            matches!(&*t.ty, Type::Path(p) if OF_HANDLERS.contains(&read::last(&p.path).as_str()))
        }
        FnArg::Receiver(_) => false,
    })
}

/// A task that somebody waits for, and gives up on.
pub(crate) fn outlives(w: &mut Walk<'_>, waited: &Expr, when: &str) {
    let handle = match read::spawned(waited) {
        Some((path, call)) => Some((Handle { spawned: path.span(), stoppable: asks(call) }, None)),
        None => {
            read::name(waited).and_then(|name| Some((*w.frame.handles.get(&name)?, Some(name))))
        }
    };
    let Some((handle, name)) = handle else { return };
    if handle.stoppable || w.says("abort_handle") {
        return;
    }
    let what = name.map_or("the handle".to_owned(), |name| format!("`{name}`, the handle"));
    let says = format!("when {when}, {what} is dropped and the task goes on");
    w.add(Candidate::new("task-outlives-timeout", waited.span(), says).asks(handle.spawned));
}

/// The work asks now and then whether it is wanted.
fn asks(call: &Expr) -> bool {
    let text = call.to_token_stream().to_string();
    ["is_cancelled", "is_closed", "cancelled", "should_stop", "AtomicBool", ". load (", "try_recv"]
        .iter()
        .any(|word| text.contains(word))
}

pub(crate) fn joined(w: &mut Walk<'_>, name: &str, args: &Punctuated<Expr, Token![,]>) {
    if name == "try_join" {
        args.iter().for_each(|arg| join(w, arg));
    }
}

/// `try_join_all(tasks)`, where the tasks were spawned here.
pub(crate) fn join(w: &mut Walk<'_>, arg: &Expr) {
    struct Spawns(bool);
    impl<'a> Visit<'a> for Spawns {
        fn visit_expr(&mut self, e: &'a Expr) {
            self.0 |= matches!(e, Expr::Call(_)) && read::spawned(e).is_some();
            visit::visit_expr(self, e);
        }
    }
    let mut spawns = Spawns(false);
    spawns.visit_expr(arg);
    let known = w.frame.handles.contains_key(&read::root(arg));
    if (spawns.0 || known) && !w.says("AbortOnDrop") && !w.says("abort") {
        let says = "at the first error the other handles are dropped, and their tasks go on";
        w.add(Candidate::new("task-outlives-join", arg.span(), says));
    }
}

/// A process that somebody waits for, and gives up on.
pub(crate) fn child(w: &mut Walk<'_>, m: &ExprMethodCall) {
    let name = m.method.to_string();
    let known = w.rules.calls("child-outlives-timeout", &name).next().is_some();
    if let Some(scope) = w.frame.scope()
        && known
        && m.args.is_empty()
        && !w.says("kill_on_drop")
    {
        let says =
            format!("`{name}()` in {}: when it is dropped, the process goes on", scope.word());
        let elsewhere = w.file_says("kill_on_drop");
        let found = Candidate::new("child-outlives-timeout", read::word(m), says);
        w.add(found.asks(read::word(m)).at_most_if(elsewhere, Level::Likely));
    }
}

pub(crate) fn spawn(w: &mut Walk<'_>, path: &Path, full: &str) {
    let function = w.frame.name.clone();
    w.scan.spawners.insert(function);
    let plain = ["tokio::spawn", "tokio::task::spawn"].contains(&full) || full == "spawn";
    if w.frame.in_drop && plain && !w.says("try_current") && !w.says("panicking") {
        let says = "a spawn in `drop`: it panics where there is no runtime, and at its end nobody runs the task";
        w.add(Candidate::new("spawn-in-drop", path.span(), says).asks(path.span()));
    }
}

/// A blocking task that has a loop, and asks nobody.
pub(crate) fn blocking(w: &mut Walk<'_>, c: &ExprCall, path: &Path) {
    struct Loops(bool);
    impl<'a> Visit<'a> for Loops {
        fn visit_expr(&mut self, e: &'a Expr) {
            let each = matches!(e, Expr::MethodCall(m) if m.method == "for_each");
            self.0 |= each || matches!(e, Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_));
            visit::visit_expr(self, e);
        }
    }
    let mut loops = Loops(false);
    c.args.iter().for_each(|arg| loops.visit_expr(arg));
    let whole = Expr::Call(c.clone());
    if read::last(path) == "spawn_blocking" && w.frame.is_async && loops.0 && !asks(&whole) {
        let says = "a blocking task with a loop, which no drop, abort or timeout stops";
        w.add(Candidate::new("blocking-loop", path.span(), says));
    }
}

/// What becomes of a handle: kept in a local, or thrown away in a handler.
pub(crate) fn statement(w: &mut Walk<'_>, s: &Stmt) {
    if let Stmt::Local(local) = s {
        remember(w, local);
    }
    let thrown = match s {
        Stmt::Expr(e, Some(_)) if !matches!(e, Expr::Await(_) | Expr::Try(_)) => Some(e),
        Stmt::Local(l) if matches!(l.pat, Pat::Wild(_)) => l.init.as_ref().map(|i| &*i.expr),
        _ => None,
    };
    if let Some(e) = thrown
        && w.frame.handler
        && !matches!(e, Expr::Await(_))
        && let Some((path, _)) = read::spawned(e)
        && !read::mentions(e.to_token_stream(), &w.frame.senders)
    {
        w.add(Candidate::new(
            "detached-in-handler",
            path.span(),
            "a task of a handler that nobody owns",
        ));
    }
}

fn remember(w: &mut Walk<'_>, local: &syn::Local) {
    let Some(init) = &local.init else { return };
    let names = read::bound(&local.pat);
    let Some(first) = names.first().cloned() else { return };
    if read::called(read::peel(&init.expr)).is_some_and(|path| read::last(path).contains("channel"))
    {
        w.frame.senders.insert(first.clone());
    }
    let init = &*init.expr;
    let spawned = match init {
        Expr::Await(_) | Expr::Try(_) => None,
        Expr::MethodCall(m) if m.method == "map" => m.args.first().and_then(closure_body),
        e => Some(e),
    };
    if names.len() == 1
        && let Some((path, call)) = spawned.and_then(read::spawned)
    {
        let handle = Handle { spawned: path.span(), stoppable: asks(call) };
        w.frame.handles.insert(first, handle);
    }
    if !matches!(init, Expr::Reference(_)) {
        w.frame.owned.extend(names);
    }
}

fn closure_body(e: &Expr) -> Option<&Expr> {
    match e {
        Expr::Closure(c) => Some(&c.body),
        _ => None,
    }
}
