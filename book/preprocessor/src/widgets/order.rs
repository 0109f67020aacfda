//! In which order a question shows its options. Authors begin with a tempting wrong one and put the right one after it,
//! nearly always: in the whole book three predictions of 161 were answered by their first option. Who has seen a few
//! knows that without having read anything. So each question begins somewhere else.

/// The options, each with the number its author's order gives it: that one is what a browser keeps of an answer. They
/// begin at a place that depends on `name` only, so they stand the same in each build. Who is unsure comes last.
pub(super) fn shown<'a, T>(
    options: &'a [T],
    name: &str,
    is_unsure: impl Fn(&T) -> bool,
) -> impl Iterator<Item = (usize, &'a T)> {
    let (unsure, mut sure): (Vec<_>, Vec<_>) =
        (1..).zip(options).partition(|(_, option)| is_unsure(option));
    let begin = spread(name) as usize % sure.len().max(1);
    sure.rotate_left(begin);
    sure.into_iter().chain(unsure)
}

/// FNV-1a, folded: std's hasher may change with the toolchain, and the pages with it.
fn spread(name: &str) -> u32 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_is_shown_once_under_its_own_number_and_not_sure_is_last() {
        let seen: Vec<_> =
            shown(&["one", "two", "three", "Not sure"], "lost-line/lines", |o| *o == "Not sure")
                .collect();
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [(1, &"one"), (2, &"two"), (3, &"three"), (4, &"Not sure")]);
        assert_eq!(seen[3], (4, &"Not sure"));
        assert_eq!(
            seen,
            shown(&["one", "two", "three", "Not sure"], "lost-line/lines", |o| *o == "Not sure")
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn no_place_is_favoured() {
        for n in 2..=5_usize {
            let options: Vec<usize> = (1..=n).collect();
            let mut first = vec![0; n + 1];
            for question in 0..1000 {
                let name = format!("a-lab/question-{question}");
                first[shown(&options, &name, |_| false).next().expect("there are options").0] += 1;
            }
            assert!(first[1..].iter().all(|&count| count > 800 / n), "of {n}: {first:?}");
        }
    }
}
