use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use still_running_protocol::FRAME_MAX;

/// Pieces up to this size are joined, so that a lab that prints byte by byte costs no more than others.
const SMALL: usize = 4 << 10;

/// The last bytes of a run's output, each with its offset from the very first. Pieces are shared: a viewer
/// holds a reference, not a copy.
#[derive(Debug)]
pub struct Log {
    /// Each with the offset after its last byte.
    pieces: VecDeque<(u64, Bytes)>,
    /// The offset of the first byte kept.
    start: u64,
    /// The offset after the last byte printed.
    end: u64,
    /// How many bytes are kept.
    most: usize,
}

/// What a log has at an offset.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Bytes(Bytes),
    /// Not kept any more; the first byte kept is `to`.
    Gone {
        to: u64,
    },
    /// Not printed yet.
    Nothing,
}

impl Log {
    /// Keeps at most that many bytes.
    pub fn new(most: usize) -> Self {
        Self { pieces: VecDeque::new(), start: 0, end: 0, most }
    }

    /// The first byte kept.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The offset after the last byte.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// What comes next stands at that offset, if that is beyond the last byte: all before it is gone.
    pub fn skip_to(&mut self, offset: u64) {
        if offset > self.end {
            self.pieces.clear();
            (self.start, self.end) = (offset, offset);
        }
    }

    /// Gives back memory that is no longer needed, so that a lab that prints without end needs no new.
    pub fn push(&mut self, bytes: Bytes) -> Option<BytesMut> {
        self.end += bytes.len() as u64;
        match self.pieces.back_mut() {
            Some((end, last)) if last.len() + bytes.len() <= SMALL => {
                *last = [&last[..], &bytes[..]].concat().into();
                *end = self.end;
            }
            _ => self.pieces.push_back((self.end, bytes)),
        }
        self.trim()
    }

    /// The memory of a piece goes with its last byte.
    fn trim(&mut self) -> Option<BytesMut> {
        self.start = self.start.max(self.end.saturating_sub(self.most as u64));
        let mut spare = None;
        while self.pieces.front().is_some_and(|(end, _)| *end <= self.start) {
            let (_, piece) = self.pieces.pop_front()?;
            // A viewer may still be sending it.
            spare = piece.try_into_mut().ok().or(spare);
        }
        spare
    }

    /// What stands at `from`: at most `most` bytes, and never more than a frame.
    pub fn read(&self, from: u64, most: u64) -> Piece {
        if from < self.start {
            return Piece::Gone { to: self.start };
        }
        let at = self.pieces.partition_point(|(end, _)| *end <= from);
        let Some((end, piece)) = self.pieces.get(at) else { return Piece::Nothing };
        let left = (end - from) as usize;
        let skip = piece.len() - left;
        let take = left.min(most.min(FRAME_MAX as u64) as usize);
        Piece::Bytes(piece.slice(skip..skip + take))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(log: &Log, mut from: u64) -> Vec<u8> {
        let mut all = vec![];
        while let Piece::Bytes(bytes) = log.read(from, 7) {
            from += bytes.len() as u64;
            all.extend_from_slice(&bytes);
        }
        all
    }

    #[test]
    fn what_is_kept_is_read_back_from_any_offset() {
        let mut log = Log::new(1 << 20);
        let all: Vec<u8> = (0..50_000u32).map(|i| (i % 251) as u8).collect();
        for piece in all.chunks(997) {
            drop(log.push(Bytes::copy_from_slice(piece)));
        }
        for from in [0, 1, 996, 997, 4096, 49_999, 50_000] {
            assert_eq!(read_all(&log, from as u64), all[from..]);
        }
    }

    #[test]
    fn it_keeps_exactly_as_much_as_it_may_and_says_what_is_gone() {
        let mut log = Log::new(10_000);
        for _ in 0..30 {
            drop(log.push(Bytes::from(vec![1; 1000])));
        }
        assert_eq!((log.start(), log.end()), (20_000, 30_000));
        assert_eq!(log.read(19_999, 1), Piece::Gone { to: 20_000 });
        assert_eq!(read_all(&log, 20_000).len(), 10_000);
        assert_eq!(log.read(30_000, 1), Piece::Nothing);
    }

    #[test]
    fn all_viewers_read_the_same_memory_and_it_comes_back_when_they_have() {
        let mut log = Log::new(1000);
        drop(log.push(Bytes::from(vec![7; 5000])));
        let (Piece::Bytes(one), Piece::Bytes(two)) = (log.read(4500, 99), log.read(4500, 99))
        else {
            panic!("it is kept")
        };
        assert_eq!(one.as_ptr(), two.as_ptr());
        assert!(log.push(Bytes::from(vec![7; 5000])).is_none(), "viewers have it");
        drop((one, two));
        let spare = log.push(Bytes::from(vec![7; 5000])).expect("nobody has it");
        assert!(spare.capacity() >= 5000);
    }

    #[test]
    fn a_lab_that_prints_byte_by_byte_costs_few_pieces() {
        let mut log = Log::new(1 << 20);
        (0..100_000).for_each(|_| drop(log.push(Bytes::from_static(b"x"))));
        assert!(log.pieces.len() <= 2 * 100_000 / SMALL + 1, "{}", log.pieces.len());
    }
}
