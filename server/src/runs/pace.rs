use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Who paces a run: whoever started it, which is whoever watches it first. The lab blocks rather than lose
/// output that this viewer has not acknowledged. After it left, the next to come takes its place, for a page
/// reload is just that; if nobody comes in time, the viewer who has been there longest.
#[derive(Debug)]
pub struct Pace {
    /// Who watches, and how far each has acknowledged. Older ones have smaller numbers.
    seats: BTreeMap<u64, u64>,
    /// The number of the next to come.
    next: u64,
    /// Who paces the run. None: that one left, and its place is free.
    holder: Option<u64>,
    /// Output from here on must be kept.
    floor: u64,
    /// Who hands all of it on to other servers, and paces it as well.
    relay: Option<u64>,
    /// Since when the place is free; without a meaning while it is not.
    vacant: Instant,
    /// How long it is kept free for one who reloads.
    patience: Duration,
}

impl Pace {
    pub fn new(patience: Duration) -> Self {
        let seats = BTreeMap::new();
        Self {
            seats,
            next: 0,
            holder: None,
            floor: 0,
            relay: None,
            vacant: Instant::now(),
            patience,
        }
    }

    pub fn viewers(&self) -> usize {
        self.seats.len()
    }

    pub fn floor(&self) -> u64 {
        self.relay.map_or(self.floor, |relay| self.floor.min(self.acked(relay)))
    }

    /// A viewer who has all up to `from`.
    pub fn sit(&mut self, from: u64) -> u64 {
        let seat = self.sit_beside(from);
        if self.holder.is_none() {
            (self.holder, self.floor) = (Some(seat), from);
        }
        seat
    }

    /// How far a viewer has acknowledged.
    pub fn acked(&self, seat: u64) -> u64 {
        self.seats.get(&seat).copied().unwrap_or_default()
    }

    /// A viewer for whom the place that paces is not free, as long as somebody else may come for it.
    pub fn sit_beside(&mut self, from: u64) -> u64 {
        let seat = self.next;
        self.next += 1;
        self.seats.insert(seat, from);
        seat
    }

    /// One who must not miss anything either, whoever else paces.
    pub fn sit_as_relay(&mut self, from: u64) -> u64 {
        let seat = self.sit_beside(from);
        self.relay = Some(seat);
        seat
    }

    /// An offset never goes back.
    pub fn ack(&mut self, seat: u64, offset: u64) {
        let Some(acked) = self.seats.get_mut(&seat) else { return };
        *acked = offset.max(*acked);
        if self.holder == Some(seat) {
            self.floor = *acked;
        }
    }

    pub fn leave(&mut self, seat: u64) {
        self.seats.remove(&seat);
        self.relay.take_if(|relay| *relay == seat);
        if self.holder == Some(seat) {
            (self.holder, self.vacant) = (None, Instant::now());
        }
    }

    /// When the one who paces is given up, if there is someone else to take over.
    pub fn hand_over_at(&self) -> Option<Instant> {
        (self.holder.is_none() && !self.seats.is_empty()).then_some(self.vacant + self.patience)
    }

    /// Gives the place to the viewer who has been there longest, where it is time.
    pub fn hand_over(&mut self, now: Instant) {
        if self.hand_over_at().is_some_and(|at| at <= now)
            && let Some((seat, acked)) = self.seats.first_key_value()
        {
            (self.holder, self.floor) = (Some(*seat), *acked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_viewer_paces_and_others_do_not() {
        let mut pace = Pace::new(Duration::from_secs(10));
        let (first, second) = (pace.sit(0), pace.sit(0));
        pace.ack(second, 900);
        assert_eq!(pace.floor(), 0);
        pace.ack(first, 70);
        pace.ack(first, 60);
        assert_eq!(pace.floor(), 70);
    }

    #[test]
    fn who_only_watches_along_leaves_the_place_to_whose_run_it_is() {
        let mut pace = Pace::new(Duration::from_secs(10));
        let guest = pace.sit_beside(0);
        pace.ack(guest, 900);
        assert_eq!((pace.floor(), pace.holder), (0, None));
        let own = pace.sit(0);
        assert_eq!(pace.holder, Some(own));
    }

    #[test]
    fn who_hands_it_on_to_other_servers_paces_it_too_until_they_leave() {
        let mut pace = Pace::new(Duration::from_secs(10));
        let (own, relay) = (pace.sit(0), pace.sit_as_relay(0));
        pace.ack(own, 900);
        assert_eq!(pace.floor(), 0);
        pace.ack(relay, 300);
        assert_eq!(pace.floor(), 300);
        pace.leave(relay);
        assert_eq!(pace.floor(), 900);
    }

    #[test]
    fn one_who_reloads_takes_up_its_own_place() {
        let mut pace = Pace::new(Duration::from_secs(10));
        let (first, _other) = (pace.sit(0), pace.sit(0));
        pace.ack(first, 70);
        pace.leave(first);
        let again = pace.sit(50);
        assert_eq!((pace.floor(), pace.holder), (50, Some(again)));
    }

    #[test]
    fn one_who_stays_away_is_replaced_by_the_oldest_viewer() {
        let mut pace = Pace::new(Duration::from_secs(10));
        let (first, second, _third) = (pace.sit(0), pace.sit(0), pace.sit(0));
        pace.ack(second, 300);
        pace.leave(first);
        pace.hand_over(pace.vacant + Duration::from_secs(9));
        assert_eq!(pace.floor(), 0);
        pace.hand_over(pace.vacant + Duration::from_secs(10));
        assert_eq!((pace.floor(), pace.holder), (300, Some(second)));
    }
}
