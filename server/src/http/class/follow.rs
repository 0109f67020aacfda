//! What other servers of the class show, and that they end all runs.

use super::{ClassApp, stage::Shows};
use crate::{http::App, runs::Run};
use std::{sync::Arc, time::Duration};
use still_running_class::store::OnStage;
use still_running_protocol::Reason;
use tokio::time::{Instant, sleep};
use tracing::warn;

/// How long nothing is heard before we look by ourselves.
const POLL: Duration = Duration::from_secs(5);
/// How long the server of a run may say nothing before it is taken for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// Follows the other servers until this one ends.
pub async fn follow(app: App) {
    let Some(class) = app.class.clone().filter(|class| class.hall.is_shared()) else { return };
    let closing = app.sockets.closing.clone();
    tokio::select! {
        () = closing.cancelled() => {}
        () = Follower { app, class, mirror: None }.follow() => {}
    }
}

struct Follower {
    app: App,
    class: ClassApp,
    mirror: Option<Mirror>,
}

/// The run of another server.
struct Mirror {
    run: Arc<Run>,
    beat: i64,
    /// Since when there was no other.
    since: Instant,
    /// Whether its server knows already that it is to end.
    asked: bool,
}

impl Follower {
    async fn follow(mut self) {
        let mut news = self.class.hall.stage_news();
        news.mark_changed();
        loop {
            let may_be_asked = self.mirror.as_ref().filter(|mirror| !mirror.asked);
            let may_be_asked = may_be_asked.map(|mirror| mirror.run.clone());
            tokio::select! {
                _ = news.changed() => self.look().await,
                () = sleep(POLL) => self.look().await,
                () = asked_to_end(may_be_asked) => self.ask_to_stop().await,
            }
        }
    }

    /// Nothing of this server's own goes on or off the stage meanwhile.
    async fn look(&mut self) {
        let stage = self.class.stage.clone();
        let _turn = stage.turn().await;
        let (on, stops) = match self.class.hall.on_stage().await {
            Ok(seen) => seen,
            Err(why) => return warn!(%why, "what other servers show is not known"),
        };
        if stage.stopped_by(stops) {
            self.app.runs.end_all(Reason::ByTeacher);
        }
        let here = stage.shown();
        match on {
            None => {
                self.mirror = None;
                if here.is_some() {
                    stage.put(None);
                }
            }
            Some(on) if on.server == self.class.hall.server() => {
                self.mirror = None;
                let own = here.filter(|here| here.run.id == on.run && on.stop);
                own.inspect(|own| own.run.stop());
            }
            Some(on) => self.mirror(on).await,
        }
    }

    async fn mirror(&mut self, on: OnStage) {
        let Some(run) = self.run_of(&on) else { return };
        let mirror = match self.mirror.take().filter(|mirror| mirror.run.id == on.run) {
            Some(mirror) => self.mirror.insert(mirror),
            None => {
                let (beat, since) = (on.beat, Instant::now());
                self.mirror.insert(Mirror { run: run.clone(), beat, since, asked: false })
            }
        };
        if mirror.beat != on.beat {
            (mirror.beat, mirror.since) = (on.beat, Instant::now());
        }
        if run.is_over() {
            return;
        }
        loop {
            match self.class.hall.pieces(&on.run, run.printed()).await {
                Ok(pieces) if pieces.is_empty() => break,
                Ok(pieces) => pieces.into_iter().for_each(|(at, it)| run.take_in(at, it.into())),
                Err(why) => return warn!(%why, "the run of another server is not read further"),
            }
        }
        match serde_json::from_str(&on.said) {
            Ok(said) => run.goes(said),
            Err(error) => warn!(%error, "another server tells what this one does not know"),
        }
        if mirror.since.elapsed() > SILENCE {
            run.let_go(Reason::ServerStopping);
        }
    }

    /// The run that is shown here for that one.
    fn run_of(&self, on: &OnStage) -> Option<Arc<Run>> {
        let stage = &self.class.stage;
        if let Some(here) = stage.shown().filter(|here| here.run.id == on.run) {
            return Some(here.run.clone());
        }
        let App { runs, .. } = &self.app;
        let shows = Shows::elsewhere(on, &runs.means.limits, runs.counts.clone());
        let shows = shows
            .inspect_err(|error| warn!(%error, "another server shows what this one does not know"));
        stage.put(Some(shows.ok()?));
        stage.shown().map(|here| here.run.clone())
    }

    async fn ask_to_stop(&mut self) {
        let Some(mirror) = &mut self.mirror else { return };
        match self.class.hall.ask_to_stop(&mirror.run.id).await {
            Ok(()) => mirror.asked = true,
            Err(why) => {
                warn!(%why, "the server of a run does not know yet that it is to end");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn asked_to_end(run: Option<Arc<Run>>) {
    match run {
        Some(run) => run.asked_to_end().await,
        None => std::future::pending().await,
    }
}
