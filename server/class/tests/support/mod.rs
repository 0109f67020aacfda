//! What the tests of a class share. Each uses a part of it.
#![allow(dead_code, reason = "each test is a crate of its own")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use still_running_class::{
    Clock, Hall, Opening, Shown, Token,
    rules::{Choice, Question, Step},
    store::Place,
};
use tokio::time::timeout;

/// What a test's clock shows, and for how long its machine ran.
#[derive(Clone)]
pub struct Time {
    shows: Arc<AtomicI64>,
    ran: Arc<AtomicI64>,
}

impl Time {
    /// Some day in 2026.
    pub fn now() -> Self {
        Self::at(1_790_000_000)
    }

    pub fn at(seconds: i64) -> Self {
        Self { shows: Arc::new(AtomicI64::new(seconds)), ran: Arc::default() }
    }

    /// Somebody sets the clock.
    pub fn step(&self, seconds: i64) {
        self.shows.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Time goes by.
    pub fn pass(&self, seconds: i64) {
        self.step(seconds);
        self.ran.fetch_add(seconds, Ordering::Relaxed);
    }

    fn clock(&self) -> Clock {
        let (shows, ran) = (self.shows.clone(), self.ran.clone());
        Clock::of(move || shows.load(Ordering::Relaxed), move || ran.load(Ordering::Relaxed))
    }
}

pub fn file(folder: &Path) -> Place {
    Place::File(folder.join("class.sqlite"))
}

fn opening(place: Place) -> Opening {
    Opening { place, name: "Tuesday".into(), code: "deep-water".into() }
}

/// By the machine's clock.
pub async fn open(place: Place) -> Arc<Hall> {
    Hall::open(opening(place)).await.unwrap()
}

pub async fn open_at(place: Place, time: &Time) -> Arc<Hall> {
    Hall::open_by(opening(place), time.clock()).await.unwrap()
}

pub fn question(id: &str) -> Question {
    let choice =
        |value: &str, right| Choice { value: value.into(), text: format!("option {value}"), right };
    Question {
        id: id.into(),
        page: "tasks/lost-line".into(),
        title: "A line".into(),
        prompt: "What does it hand out?".into(),
        options: vec![choice("1", false), choice("2", false), choice("3", true)],
    }
}

/// One step, once the version before it is shown.
pub async fn step(hall: &Hall, at: i64, step: Step, asks: Option<Question>) {
    hall.step(at, step, asks).await.unwrap();
    shows(hall, |shown| shown.class.version == at + 1).await;
}

pub async fn people(hall: &Hall, n: usize) -> Vec<Token> {
    let tokens: Vec<_> = (0..n).map(|_| Token::random()).collect();
    for token in &tokens {
        hall.join(token).await.unwrap();
    }
    tokens
}

/// What is shown, once it fits.
pub async fn shows(hall: &Hall, fits: impl Fn(&Arc<Shown>) -> bool) -> Arc<Shown> {
    let mut shown = hall.shown();
    let found = timeout(Duration::from_secs(20), shown.wait_for(fits)).await;
    found.expect("it is shown").unwrap().clone()
}

/// What the room sees, once it fits.
pub async fn room(hall: &Hall, fits: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    read(&shows(hall, |shown| fits(&read(&shown.room))).await.room)
}
