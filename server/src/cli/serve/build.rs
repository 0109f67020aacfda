//! `serve --build`: the labs of a checkout are built while its book is read already. cargo tells of each program that is done.

use crate::{
    catalog::{Catalog, Workspace},
    keeper::{self, Status},
    runs::build_all,
};
use serde_json::Value;
use std::path::PathBuf;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio_util::sync::CancellationToken;

/// Until all are built, or as many as can be; or until `stop`: then nothing of the build is left.
pub async fn labs(catalog: &Catalog, workspace: &Workspace, stop: &CancellationToken) {
    let (mut tree, output) = match keeper::start(&build_all(workspace)).await {
        Ok(started) => started,
        Err(why) => return given_up(catalog, &why.to_string()),
    };
    let mut lines = BufReader::new(output).lines();
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line,
            () = stop.cancelled() => {
                tree.cut();
                tree.gone().await;
                return;
            }
        };
        let Ok(Some(line)) = line else { break };
        heed(catalog, &line).await;
    }
    match tree.gone().await {
        Some(Status::Code(0)) => eprintln!("All {} labs are built.", catalog.labs().len()),
        _ => given_up(catalog, "what cargo said stands above"),
    }
    // Of a lab that is told to be there and was not built, nobody would ever know.
    catalog.give_up();
}

/// A program that is there now, or what cargo says to people.
async fn heed(catalog: &Catalog, line: &str) {
    let Some(message) = serde_json::from_str::<Value>(line).ok().filter(Value::is_object) else {
        return eprintln!("{line}");
    };
    if let Some(program) = message["executable"].as_str()
        && let Err(why) = catalog.add(PathBuf::from(program)).await
    {
        eprintln!("warning: {why}");
    }
}

fn given_up(catalog: &Catalog, why: &str) {
    let left = catalog.give_up();
    eprintln!("warning: {} labs were not built ({why}): {}", left.len(), left.join(", "));
    eprintln!("   The book is served without them. To try again: end this, and cargo xtask serve");
}
