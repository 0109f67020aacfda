use crate::{out::out, text::Paint, world::World};
use labkit_wire::{Kind, NUMBER_MAX};
use std::{sync::Arc, time::Duration};

/// One party of a run: who saw it. One line of the timeline.
#[derive(Clone)]
pub struct Lane {
    world: Arc<World>,
    name: Arc<str>,
}

/// Something that a lane told, to say what came of it. See [`Lane::because`].
#[derive(Debug, Clone, Copy)]
pub struct Told(Option<u64>);

impl Lane {
    pub(crate) fn new(world: Arc<World>, name: &str) -> Self {
        Self { world, name: name.into() }
    }

    /// A moment, in words.
    pub fn say(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.world.tell(&self.name, Kind::Mark { text: text.to_owned() }, Paint::Plain, text);
    }

    /// A moment for the timeline only, where a line of text for each would be noise.
    pub fn mark(&self, text: impl Into<String>) {
        self.world.see(&self.name, Kind::Mark { text: text.into() });
    }

    /// A value that changed, such as open sockets, for the timeline only.
    pub fn gauge(&self, name: &str, value: usize, unit: &str) {
        let value = i64::try_from(value).expect("a gauge fits");
        self.world.see(&self.name, Kind::Gauge { name: name.into(), value, unit: unit.into() });
    }

    /// What this lane told last: the cause, or the effect, of something else.
    pub fn last(&self) -> Told {
        Told(out().last(&self.name))
    }

    /// The last drop that this lane told, if it told one: what it sets off elsewhere comes of it.
    pub fn last_drop(&self) -> Told {
        Told(out().last_drop(&self.name))
    }

    /// Another party of the same run, by name.
    pub fn beside(&self, name: &str) -> Self {
        Self::new(self.world.clone(), name)
    }

    /// What this lane told last came of `cause`, which another lane told: the timeline joins them by a line.
    ///
    /// ```
    /// # fn tell(client: &labkit::Lane, wire: &labkit::Lane) {
    /// wire.say("RST_STREAM CANCEL");
    /// wire.because(client.last());
    /// # }
    /// ```
    pub fn because(&self, cause: Told) {
        if let (Some(from), Some(to)) = (cause.0, self.last().0) {
            self.world.see(&self.name, Kind::Link { from, to });
        }
    }

    pub(crate) fn limit(&self, span: u32, name: &str, after: Duration) {
        let after = u64::try_from(after.as_micros()).map_or(NUMBER_MAX, |us| us.min(NUMBER_MAX));
        self.world.see(&self.name, Kind::Limit { span, name: name.into(), after });
    }

    pub(crate) fn outcome(&self, span: u32, text: String) {
        self.world.see(&self.name, Kind::Outcome { span, text });
    }

    /// Tells what a future had in hand, which is dropped now; gives the words for the line of text.
    pub(crate) fn held(&self, span: u32, text: String) -> String {
        let words = format!(", {text}");
        self.world.see(&self.name, Kind::Held { span, text });
        words
    }

    pub(crate) fn orphaned(&self, span: u32) {
        self.world.see(&self.name, Kind::Orphaned { span });
    }

    pub(crate) fn begin(&self, name: &str, point: Option<u32>) -> u32 {
        let span = self.world.next_span();
        self.world.see(&self.name, Kind::Begin { span, name: name.into(), point });
        span
    }

    pub(crate) fn end(&self, span: u32) {
        self.world.see(&self.name, Kind::End { span });
    }

    pub(crate) fn dropped(&self, span: u32, name: &str, polls: u32, quiet: bool, held: &str) {
        self.world.dropped();
        let kind = Kind::Dropped { span, polls };
        let times = if polls == 1 { "once" } else { &format!("{polls} times") };
        match quiet {
            true => self.world.see(&self.name, kind),
            false => self.world.tell(
                &self.name,
                kind,
                Paint::Drop,
                &format!("✗ {name} dropped unfinished, polled {times}{held}"),
            ),
        }
    }
}
