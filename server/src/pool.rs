//! Many things at a time, and not too many.

use std::{collections::HashMap, ops::ControlFlow};
use tokio::task::JoinSet;

/// Does the work for each item in a task of its own, `at_once` at a time, and tells how each ended, as it ends, until it
/// is told to stop. A task that panicked is told of like any other, with its last words in place of a result.
///
/// Dropped halfway, its tasks end.
pub async fn each<T, R, W>(
    items: impl IntoIterator<Item = T>,
    at_once: usize,
    work: impl Fn(T) -> W,
    mut ended: impl FnMut(T, Result<R, String>) -> ControlFlow<()>,
) where
    T: Clone,
    R: Send + 'static,
    W: Future<Output = R> + Send + 'static,
{
    let (mut tasks, mut doing) = (JoinSet::new(), HashMap::new());
    let mut items = items.into_iter();
    loop {
        while tasks.len() < at_once
            && let Some(item) = items.next()
        {
            let task = tasks.spawn(work(item.clone()));
            doing.insert(task.id(), item);
        }
        let Some(done) = tasks.join_next_with_id().await else { return };
        let (id, result) = match done {
            Ok((id, result)) => (id, Ok(result)),
            Err(error) => (error.id(), Err(last_words(error))),
        };
        if let Some(item) = doing.remove(&id)
            && ended(item, result).is_break()
        {
            return;
        }
    }
}

fn last_words(error: tokio::task::JoinError) -> String {
    match error.try_into_panic() {
        Ok(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            format!("this program panicked over it: {}", text.unwrap_or("it did not say why"))
        }
        Err(error) => error.to_string(),
    }
}

/// One for each core.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_that_panics_is_told_of_and_the_others_go_on() {
        let work = |n: u32| async move {
            assert!(n != 2, "two is odd enough");
            n * 10
        };
        let mut told = vec![];
        each([1, 2, 3], 2, work, |n, result| {
            told.push((n, result));
            ControlFlow::Continue(())
        })
        .await;
        told.sort();
        let why = "this program panicked over it: two is odd enough".to_owned();
        assert_eq!(told, [(1, Ok(10)), (2, Err(why)), (3, Ok(30))]);
    }

    #[tokio::test]
    async fn it_stops_when_it_is_told_to() {
        let mut told = 0;
        each(
            0..100,
            1,
            async |n| n,
            |_, _| {
                told += 1;
                if told == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )
        .await;
        assert_eq!(told, 3);
    }
}
