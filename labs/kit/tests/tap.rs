//! What a tap does to the connections it relays.

use labkit::{
    ms,
    witness::{Peer, Side, Tap, until},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A server that sends back what it gets.
async fn echo() -> Peer {
    Peer::start(|mut stream, _| async move {
        let (mut read, mut write) = stream.split();
        // A client that leaves is no concern of an echo.
        drop(tokio::io::copy(&mut read, &mut write).await);
    })
    .await
    .unwrap()
}

async fn say(stream: &mut TcpStream, byte: u8) -> Option<u8> {
    stream.write_u8(byte).await.unwrap();
    timeout(ms(100), stream.read_u8()).await.ok().map(|answer| answer.unwrap())
}

#[tokio::test]
async fn a_silenced_connection_stays_silent_and_a_new_one_is_relayed() {
    let server = echo().await;
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let tap = Tap::relay(server.addr(), move |side, bytes| {
        count.fetch_add(if side == Side::Client { bytes.len() } else { 0 }, SeqCst);
    })
    .await
    .unwrap();

    let mut old = TcpStream::connect(tap.addr()).await.unwrap();
    assert_eq!(say(&mut old, b'a').await, Some(b'a'));
    tap.silence();
    assert_eq!(say(&mut old, b'b').await, None);
    let mut new = TcpStream::connect(tap.addr()).await.unwrap();
    assert_eq!(say(&mut new, b'c').await, Some(b'c'));
    assert_eq!(seen.load(SeqCst), 3, "what is thrown away is seen all the same");

    assert_eq!(tap.clients_gone(), 0);
    drop(old);
    assert!(until(ms(2000), || tap.clients_gone() == 1).await, "and so is a client that leaves");
}

#[tokio::test]
async fn bytes_on_hold_when_the_path_dies_never_arrive() {
    let server = echo().await;
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let told = move |_, _: &[u8]| {
        count.fetch_add(1, SeqCst);
    };
    let tap = Tap::relay(server.addr(), told).await.unwrap();

    let mut client = TcpStream::connect(tap.addr()).await.unwrap();
    assert_eq!(say(&mut client, b'a').await, Some(b'a'));
    tap.hold(Side::Client);
    client.write_u8(b'b').await.unwrap();
    assert!(until(ms(2000), || seen.load(SeqCst) == 3).await, "the tap has it");
    tap.silence();
    assert!(timeout(ms(100), client.read_u8()).await.is_err());
}
