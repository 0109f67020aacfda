//! Notes of a lane in a few rows, so that their words run into nothing.

/// Notes that do not fit beside each other go below; more rows than this there are not.
const MOST: usize = 3;
/// Less room than this is for no words but the shortest, px.
const FEW: f64 = 120.0;
/// A badge of a group (`10–12`) is about this wide, px.
const WIDE_BADGE: f64 = 46.0;

/// What stands at one place: one note, or a group of neighbours.
pub(super) struct Note<T> {
    pub x: f64,
    pub row: usize,
    /// It stands left of its moment, because the picture ends.
    pub left: bool,
    /// How much of the row is its own, px.
    pub room: f64,
    pub items: Vec<T>,
}

pub(super) struct Placed<T> {
    pub notes: Vec<Note<T>>,
    pub rows: usize,
}

/// How far a row is taken: by the last badge, and by its words.
#[derive(Clone, Copy)]
struct Row {
    badge: f64,
    words: f64,
    last: usize,
}

/// Finds a place for each: `(x, width with all its words, note)`, in the order of `x`. A note that fits nowhere joins the
/// one before it.
pub(super) fn place<T>(
    notes: impl Iterator<Item = (f64, f64, T)>,
    near: f64,
    (left, right): (f64, f64),
) -> Placed<T> {
    let (mut all, mut rows): (Vec<Note<T>>, Vec<Row>) = (vec![], vec![]);
    for (x, width, item) in notes {
        // So much is there that neighbours are one to the eye.
        let crowded = near > 4.0 && all.last().is_some_and(|n| x - n.x < near.max(WIDE_BADGE));
        // Cut words are better than none.
        let flip = x + width > right && (x - width >= left - 1.0 || right - x < FEW);
        let from = if flip { x - width } else { x };
        let free = rows.iter().position(|row| row.words <= from);
        let row = match free {
            _ if crowded => None,
            Some(row) => Some(row),
            None if rows.len() < MOST => {
                rows.push(Row { badge: left, words: left, last: usize::MAX });
                Some(rows.len() - 1)
            }
            None => tightest(&rows, if flip { x - WIDE_BADGE } else { x }),
        };
        let Some(row) = row else {
            if let Some(last) = all.last_mut() {
                last.items.push(item);
                continue;
            }
            continue;
        };
        let start = if flip { x - width.min(x - rows[row].badge) } else { x };
        if let Some(before) = all.get_mut(rows[row].last) {
            before.room = before.room.min(start - before.x);
        }
        let room = if flip { x - start } else { right - x };
        let end = if flip { x + 4.0 } else { x + width };
        let badge = if flip { x + 4.0 } else { x + WIDE_BADGE };
        rows[row] = Row { badge, words: end, last: all.len() };
        all.push(Note { x, row, left: flip, room, items: vec![item] });
    }
    Placed { notes: all, rows: rows.len() }
}

/// The row that loses least words when a badge goes there, if one has room for a badge.
fn tightest(rows: &[Row], x: f64) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (i, row) in rows.iter().enumerate() {
        let better = best.is_none_or(|b| row.words < rows[b].words);
        if row.badge <= x && better {
            best = Some(i);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(notes: &[(f64, f64)]) -> Vec<(usize, bool, usize)> {
        let notes = notes.iter().map(|(x, width)| (*x, *width, ()));
        let placed = place(notes, 4.0, (0.0, 300.0));
        placed.notes.iter().map(|n| (n.row, n.left, n.items.len())).collect()
    }

    #[test]
    fn words_that_would_run_into_each_other_go_below() {
        assert_eq!(
            rows(&[(0.0, 90.0), (40.0, 90.0), (100.0, 90.0)]),
            [(0, false, 1), (1, false, 1), (0, false, 1)]
        );
    }

    #[test]
    fn at_the_end_words_stand_before_their_moment() {
        assert_eq!(rows(&[(0.0, 90.0), (290.0, 120.0)]), [(0, false, 1), (0, true, 1)]);
    }

    #[test]
    fn groups_at_the_end_have_room_for_their_badges() {
        let notes = (0..24).map(|i| (200.0 + 4.0 * f64::from(i), 250.0, i));
        let placed = place(notes, 4.0, (0.0, 300.0));
        for row in 0..placed.rows {
            let mut all: Vec<_> = placed.notes.iter().filter(|n| n.row == row && n.left).collect();
            all.sort_by(|a, b| a.x.total_cmp(&b.x));
            assert!(all.windows(2).all(|two| two[1].x - two[0].x >= WIDE_BADGE), "row {row}");
        }
    }

    #[test]
    fn words_that_fit_on_neither_side_stand_where_there_is_room() {
        assert_eq!(rows(&[(100.0, 290.0)]), [(0, false, 1)]);
        assert_eq!(rows(&[(250.0, 290.0)]), [(0, true, 1)]);
    }

    #[test]
    fn what_finds_no_place_joins_the_one_before() {
        let all = rows(&[(10.0, 90.0), (11.0, 90.0), (12.0, 90.0), (13.0, 90.0), (14.0, 90.0)]);
        assert_eq!(all, [(0, false, 1), (1, false, 1), (2, false, 3)]);
    }

    #[test]
    fn a_note_between_two_shortens_the_words_before_it() {
        let notes = [0.0, 1.0, 2.0, 60.0].map(|x| (x, 200.0, ()));
        let placed = place(notes.into_iter(), 4.0, (0.0, 300.0));
        let last = &placed.notes[3];
        let before = placed.notes.iter().find(|n| n.row == last.row).unwrap();
        assert!(before.room <= 60.0, "{}", before.room);
    }
}
