use crate::keeper::{Captured, End, Order, Status, capture};
use std::{path::Path, time::Duration};

const LIMIT: Duration = Duration::from_secs(10);

/// The last line a program prints, after its warnings, if it is here and ends well.
pub async fn ask(program: &str, args: &[&str], dir: Option<&Path>) -> Option<String> {
    let mut order = Order::new(program).args(args.iter().copied());
    order.dir = dir.map(Path::to_owned);
    match capture(&order, LIMIT, 4 << 10).await.ok()? {
        Captured { output, end: End::Exited(Some(Status::Code(0))) } => {
            Some(String::from_utf8_lossy(&output).lines().last()?.trim().to_owned())
        }
        _ => None,
    }
}
