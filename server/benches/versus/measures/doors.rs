//! Whether a page of another site, or a name that was made to point here, gets a program run.

use crate::{
    peer::{Peer, beside},
    scale::Scale,
    server::Page,
    server::Server,
    table::Row,
};
use serde_json::json;
use std::net::SocketAddr;

pub fn measure(_: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let server = Server::start(&[]);
    let run = server.connect().run(&json!({ "case": "idle" }));
    let heads = [
        ("foreign Origin", "origin: http://evil.example\r\n"),
        ("null Origin", "origin: null\r\n"),
        ("rebound Host", "host: evil.example\r\norigin: http://evil.example\r\n"),
    ];
    let body = json!({ "lab": "fixture", "variant": "buggy" }).to_string();
    let refused = |head: &str| {
        let start = status(server.addr, "POST /api/runs", head, &body) == 403;
        start && status(server.addr, &format!("GET {run}/socket"), &upgrade(head), "") == 403
    };
    let ours: Vec<_> = heads.iter().map(|(name, head)| (*name, refused(head))).collect();
    let theirs = beside(peer, |peer| {
        let running = peer.start(&["--case", "idle", "--bytes", "0", "--code", "0", "--tag", "0"]);
        tell(
            &heads.map(|(name, head)| {
                (name, status(running.addr, "GET /", &upgrade(head), "") != 101)
            }),
        )
    });
    vec![Row {
        measure: "a foreign page wants a program run".into(),
        ours: tell(&ours),
        target: "all refused",
        met: ours.iter().all(|(_, refused)| *refused),
        beside: theirs,
    }]
}

fn upgrade(head: &str) -> String {
    format!(
        "{head}connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    )
}

fn status(to: SocketAddr, line: &str, head: &str, body: &str) -> u16 {
    Page::connect(to)
        .and_then(|mut page| page.ask(line, head, body))
        .map_or(0, |(status, _)| status)
}

fn tell(all: &[(&str, bool)]) -> String {
    let one = |(name, refused): &(&str, bool)| {
        format!("{name}: {}", if *refused { "refused" } else { "**runs it**" })
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}
