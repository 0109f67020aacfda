use super::{Order, Output, StartError, Status, start};
use std::{collections::VecDeque, future::pending, time::Duration};
use tokio::{io::AsyncReadExt, time::timeout};

/// What a program printed, and how it ended.
pub struct Captured {
    /// The last bytes of its output.
    pub output: Vec<u8>,
    pub end: End,
}

pub enum End {
    /// None where its keeper was killed.
    Exited(Option<Status>),
    /// It was still running when its time was over.
    TimeLimit,
}

/// Runs a program to its end, or to `limit`; keeps the last `most` bytes of what it prints. Nothing of it is
/// left afterwards, and dropped halfway, nothing either.
pub async fn capture(order: &Order, limit: Duration, most: usize) -> Result<Captured, StartError> {
    capture_until(order, limit, most, pending()).await
}

/// The same, and `stop` ends its time early: nothing of it is left when this returns.
pub async fn capture_until(
    order: &Order,
    limit: Duration,
    most: usize,
    stop: impl Future<Output = ()>,
) -> Result<Captured, StartError> {
    let (mut tree, mut output) = start(order).await?;
    let mut tail = VecDeque::new();
    let whole = async {
        keep_tail(&mut output, &mut tail, most).await;
        tree.gone().await
    };
    let end = tokio::select! {
        ended = timeout(limit, whole) => ended.map_or(End::TimeLimit, End::Exited),
        () = stop => End::TimeLimit,
    };
    if !matches!(end, End::Exited(_)) {
        tree.cut();
        tree.gone().await;
    }
    Ok(Captured { output: tail.into(), end })
}

/// Reads to the end. Cancel-safe: what was read is in the tail.
async fn keep_tail(output: &mut Output, tail: &mut VecDeque<u8>, most: usize) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(n @ 1..) = output.read(&mut buffer).await {
        tail.extend(&buffer[..n]);
        tail.drain(..tail.len().saturating_sub(most));
    }
}
