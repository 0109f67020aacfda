//! The class over HTTP: routes for participants, for the teacher, for a projector; the pages and scripts they load.

mod address;
mod app;
mod ask;
mod classes;
mod door;
mod follow;
mod invite;
mod opens;
mod pages;
mod refuse;
mod relay;
mod show;
mod socket;
mod stage;
mod teach;
mod who;

pub use app::ClassApp;
pub use follow::follow;
pub use opens::{Opened, Opens};
pub use who::Teacher;

use super::{App, body, guard, headers};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post, put},
};

/// The script that a page of the book loads where there is a class.
pub const SCRIPT: &str = "class/class.mjs";

/// The script with the button that opens one, where there is none and the reader sits at this machine.
pub const OPENS: &str = "class/open.mjs";

/// What those who joined may ask for; where there is no class, that one be opened.
pub fn add(inside: Router<App>, app: &App) -> Router<App> {
    let (is_open, pages) =
        (app.class.is_some(), Router::new().route("/class/{file}", get(pages::file)));
    let classes =
        if is_open { post(classes::again) } else { get(classes::offer).post(classes::open) };
    let classes = guarded(Router::new().route("/api/classes", classes), app);
    let inside = inside.merge(classes).merge(pages);
    if is_open { inside.nest("/api/class", guarded(api(), app)) } else { inside }
}

fn api() -> Router<App> {
    Router::new()
        .route("/me", post(ask::join))
        .route("/alias", post(ask::rename))
        .route("/vote", put(ask::vote))
        .route("/mark", put(ask::mark))
        .route("/home", get(ask::home))
        .route("/socket", get(socket::open))
        .route("/invite", get(invite::invite))
        .route("/step", post(teach::step))
        .route("/show", put(show::show).delete(show::put_away))
        .route("/stop", post(show::stop_all))
        .route("/afresh", post(teach::afresh))
        .route("/end", post(teach::end))
        .route("/delete", post(teach::delete))
        .route("/sums", get(teach::sums))
        .route("/sums.csv", get(teach::csv))
}

fn guarded(api: Router<App>, app: &App) -> Router<App> {
    api.route_layer(from_fn_with_state(app.guard.clone(), guard::check))
        .layer(DefaultBodyLimit::max(body::MOST))
        .layer(from_fn(headers::for_data))
}

/// What lets a teacher or a projector in who has its link: it is the code and more.
pub fn add_door(all: Router<App>, app: &App) -> Router<App> {
    match app.class {
        Some(_) => all.route("/teach", get(door::door)),
        None => all,
    }
}
