//! A class that is opened on a server which runs already.

use super::ClassApp;
use crate::http::{Code, Join, refusal::Denial};
use http::StatusCode;
use std::sync::Arc;
use still_running_class::{Hall, Opening, store::Place};
use tokio::sync::OnceCell;

/// Makes a class of a hall that is open, and says on the terminal where it is kept.
type Enter = Box<dyn Fn(Arc<Hall>) -> ClassApp + Send + Sync>;

/// What a class here would be, and the one that was opened since.
pub struct Opens {
    place: Place,
    enter: Enter,
    /// Two who press at once get one class.
    opened: OnceCell<Opened>,
}

/// The class, and what lets people in from then on.
#[derive(Clone)]
pub struct Opened {
    pub class: ClassApp,
    pub join: Arc<Join>,
}

impl Opens {
    pub fn new(place: Place, enter: Enter) -> Arc<Self> {
        Arc::new(Self { place, enter, opened: OnceCell::new() })
    }

    /// Where it would be kept.
    pub fn kept(&self) -> String {
        self.place.named()
    }

    pub fn opened(&self) -> Option<&Opened> {
        self.opened.get()
    }

    /// Opens it, or goes on with the one that its place holds open.
    pub async fn open(&self, name: String) -> Result<Opened, Denial> {
        self.opened.get_or_try_init(|| self.enter_anew(name)).await.cloned()
    }

    async fn enter_anew(&self, name: String) -> Result<Opened, Denial> {
        let (place, code) = (self.place.clone(), Code::random().to_string());
        let opening = Opening { place, name, code };
        let hall =
            Hall::open(opening).await.map_err(|not| not_opened(&not.to_string(), &not.so))?;
        let join = Join::of(&hall)
            .map_err(|bad| not_opened("Its join code is none:", &bad.to_string()))?;
        Ok(Opened { class: (self.enter)(hall), join: Arc::new(join) })
    }
}

fn not_opened(why: &str, so: &str) -> Denial {
    let said = format!("No class was opened. {why} What to do: {so}");
    Denial::new(StatusCode::SERVICE_UNAVAILABLE, "class-not-opened", said)
}
