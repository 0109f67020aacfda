//! The class: where it is kept, and the links that lead to it.

use super::{Complaint, line, others};
use crate::http::{App, BadCode, ClassApp, Code, Join, Opened, Opens};
use clap::Args;
use std::{
    env,
    io::{Write, stderr},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
};
use still_running_class::{Hall, Opening, qr_text, store::Place};

#[derive(Debug, Args)]
#[command(next_help_heading = "Class")]
pub struct ClassOptions {
    /// Open a class, or go on with the one that is open: a join link, a teacher's link, a projector's link
    #[arg(long)]
    pub class: bool,
    /// What it is called, on its pages
    #[arg(long, value_name = "NAME", default_value = "Class", requires = "class")]
    class_name: String,
    /// The SQLite file it is kept in [default: the PostgreSQL that DATABASE_URL names, else still-running-class.sqlite here]
    #[arg(long, value_name = "FILE", requires = "class")]
    class_file: Option<PathBuf>,
}

impl ClassOptions {
    /// The class, with the code that is its own.
    pub async fn open(&self, code: Option<&Code>) -> Result<Option<(Arc<Hall>, Code)>, Complaint> {
        if !self.class {
            return Ok(None);
        }
        let new = code.cloned().unwrap_or_else(Code::random).to_string();
        let opening = Opening { place: self.place(), name: self.class_name.clone(), code: new };
        let hall = Hall::open(opening)
            .await
            .map_err(|not| Complaint::new(not.to_string()).so(not.so.clone()))?;
        let code = hall.code().parse().map_err(bad_code)?;
        Ok(Some((hall, code)))
    }

    /// The server with its class, or with what opens one while it runs.
    pub fn add(&self, app: App, hall: Option<Arc<Hall>>, at: SocketAddr) -> Result<App, Complaint> {
        let typed = env::args_os().map(|word| word.to_string_lossy().into_owned());
        let command = others::command(typed, at.port());
        let enter = move |hall| ClassApp::new(hall, others::reachable(at), command.clone());
        let Some(hall) = hall else {
            let opened = move |hall: Arc<Hall>| {
                line("A class was opened from the book.");
                invite(&hall, at);
                enter(hall)
            };
            return Ok(App { opens: Some(Opens::new(self.place(), Box::new(opened))), ..app });
        };
        let join = Join::of(&hall).map_err(bad_code)?;
        Ok(app.with_class(Opened { class: enter(hall), join: Arc::new(join) }))
    }

    fn place(&self) -> Place {
        let shared = env::var("DATABASE_URL").ok().filter(|url| url.starts_with("postgres"));
        match (&self.class_file, shared) {
            (Some(file), _) => Place::File(file.clone()),
            (None, Some(url)) => Place::Postgres(url),
            (None, None) => Place::File("still-running-class.sqlite".into()),
        }
    }
}

fn bad_code(bad: BadCode) -> Complaint {
    Complaint::new("The class has a join code that is none.").because(bad)
}

/// Says where it is kept, and prints its links.
pub fn invite(hall: &Hall, at: SocketAddr) {
    let (kept, at) = (hall.place().named(), others::reachable(at));
    let how = if hall.is_resumed() { "goes on: it was open" } else { "is new, and kept" };
    line(&format!("The class {how} in {kept}"));
    if let Some(days) = hall.unused() {
        eprintln!(
            "note: by this machine's clock nobody did anything in this class for {days} days. If it is over, end it on the teacher's \
             page. Else whoever does something in it keeps it; if nobody does, it is deleted at a start in an hour or later."
        );
    }
    let code =
        percent_encoding::utf8_percent_encode(hall.code(), percent_encoding::NON_ALPHANUMERIC);
    let join = format!("http://{at}/join?code={code}");
    line(&format!("People join at {join}"));
    if let Some(qr) = qr_text(&join) {
        line(&qr);
    }
    line(&format!("The teacher's link: http://{at}/teach?key={}", hall.teacher().text()));
    line(&format!("The projector's link: http://{at}/teach?key={}", hall.screen().text()));
    // A terminal that is gone is no reason not to open a class.
    let told = writeln!(
        stderr(),
        "note: whoever has the teacher's link is the teacher. It stays the same for this class, after a restart as well.\n\
         note: what is kept: two words for each person, the hash of their cookie, their answers, and what they marked; no name, no \
         address. It is deleted 30 days after the end, or at once on the teacher's page."
    );
    drop(told);
}
