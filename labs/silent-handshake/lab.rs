//! A client connects to a TLS server and says nothing. Others, who speak, must be served all the same.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod limit_only;
    pub(crate) mod more_loops;
    pub(crate) mod peek;
    pub(crate) mod task_only;
}

use labkit::{Watch, ok_or_err, prelude::*, witness::read_head};
use labkit_http::timed_out;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use reqwest::{Certificate, Client};
use rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{Accept as Handshake, TlsAcceptor, server::TlsStream};
use tokio_util::task::TaskTracker;

labkit::knobs! {
    /// How many clients connect and say nothing.
    silent: usize = 1, 0..=20, grid [0, 5];
    /// After how long a silent client hangs up.
    silence: Duration = 10000, 10..=60000, grid [50, 900];
    /// How long a good client waits for its answer.
    patience: Duration = 1200, 300..=3000, grid [800];
    /// How long the fixed server waits for a handshake.
    limit: Duration = 600, 200..=1000, grid [1000];
}

/// What a variant brings: the loop that accepts connections.
trait Accept: 'static {
    fn run(listener: TcpListener, tls: Tls, limit: Duration) -> impl Future<Output = ()> + Send;
}

const GOOD: usize = 3;

/// The next connection. Where one can't be had, file descriptors are wanting: those who leave make room.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => sleep(ms(50)).await,
        }
    }
}

// ANCHOR: scenario
async fn scenario<A: Accept>(lab: Lab, knobs: Knobs) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let (tls, client) = secrets(&lab)?;
    let server = tokio::spawn(A::run(listener, tls, knobs.limit));

    let silent = Silent { lab: lab.clone(), lane: lab.lane("silent") };
    let mut silence = JoinSet::new();
    for _ in 0..knobs.silent {
        silent.lane.say("connects, and says nothing");
        silence.spawn(silent.clone().stay(TcpStream::connect(addr).await?, knobs));
    }
    let good = Good { lane: lab.lane("good"), client, url: format!("https://{addr}/") };
    let mut calls = JoinSet::new();
    for _ in 0..GOOD {
        calls.spawn(good.clone().call(knobs.patience));
    }

    let answered = calls.join_all().await.into_iter().filter(|ok| *ok).count();
    lab.check_eq("good clients served", GOOD, answered);
    let held: Vec<TcpStream> = silence.join_all().await.into_iter().flatten().collect();
    lab.over();
    lab.check_eq("silent clients the server still holds on to", 0, held.len());
    server.abort();
    // That it was stopped is no news.
    drop(server.await);
    Ok(())
}
// ANCHOR_END: scenario

/// It connects, and then it waits for the other to begin.
#[derive(Clone)]
struct Silent {
    lab: Lab,
    lane: Lane,
}

impl Silent {
    /// Gives the connection back if the server still holds it when both limits are long over.
    async fn stay(self, mut stream: TcpStream, knobs: Knobs) -> Option<TcpStream> {
        let long = knobs.patience.max(2 * knobs.limit);
        select! {
            _ = stream.read_u8() => {
                self.lane.say("the server hung up");
                self.lab.cancelled();
                None
            }
            () = sleep(knobs.silence) => {
                self.lane.say("hangs up by itself");
                None
            }
            () = sleep(long) => Some(stream),
        }
    }
}

/// It speaks TLS, asks, and waits for its answer as long as its patience lasts.
#[derive(Clone)]
struct Good {
    lane: Lane,
    client: Client,
    url: String,
}

impl Good {
    async fn call(self, patience: Duration) -> bool {
        let request = self.client.get(&self.url).timeout(patience);
        let call = self.lane.watch("request", request.send()).with_own_limit(timed_out).quiet();
        let answer = call.limit("timeout", patience).outcome(ok_or_err).await;
        match &answer {
            Ok(answer) => self.lane.say(answer.status().to_string()),
            Err(why) if why.is_timeout() => self.lane.say("no answer, gives up"),
            Err(why) => self.lane.say(format!("{why:?}")),
        }
        answer.is_ok()
    }
}

/// A `TlsAcceptor` whose handshakes are watched.
#[derive(Clone)]
struct Tls {
    lane: Lane,
    acceptor: TlsAcceptor,
}

impl Tls {
    fn accept(&self, stream: TcpStream) -> Watch<Handshake<TcpStream>> {
        self.lane.watch("handshake", self.acceptor.accept(stream))
    }
}

/// It is valid whatever the machine's clock says: one that stands in 1970 is no fault of the server.
fn certificate(key: &KeyPair) -> Result<rcgen::Certificate> {
    let mut about = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    about.not_before = date_time_ymd(1970, 1, 1);
    Ok(about.self_signed(key)?)
}

/// A server's acceptor, and a client that trusts its certificate and no other.
fn secrets(lab: &Lab) -> Result<(Tls, Client)> {
    let key = KeyPair::generate()?;
    let cert = certificate(&key)?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(
        vec![cert.der().clone()],
        PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
    )?;
    let trusted = Certificate::from_der(cert.der())?;
    let client = Client::builder().no_proxy().tls_certs_only([trusted]).build()?;
    Ok((Tls { lane: lab.lane("server"), acceptor: TlsAcceptor::from(Arc::new(config)) }, client))
}

/// Answers one request, and hangs up.
async fn answer(mut stream: TlsStream<TcpStream>, limit: Duration) {
    let served = timeout(limit, async {
        read_head(&mut stream).await?;
        let text = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(text).await.ok()?;
        stream.shutdown().await.ok()
    });
    // A client that left needs no answer.
    drop(served.await);
}

fn main() -> ExitCode {
    rustls::crypto::ring::default_provider().install_default().expect("nobody did before");
    Manifest {
        title: "The port is open, the CPU idle, and the instance down",
        crates: &["tokio-rustls", "reqwest"],
        article: &["2.2"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Loop, wrong: limit_only, more_loops, peek, task_only],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{
        RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
        crypto::ring,
        pki_types::UnixTime,
    };

    #[test]
    fn the_certificate_is_valid_whatever_the_clock_says() {
        let cert = certificate(&KeyPair::generate().unwrap()).unwrap();
        let mut trusted = RootCertStore::empty();
        trusted.add(cert.der().clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let client = WebPkiServerVerifier::builder_with_provider(trusted.into(), provider).build();
        let (client, name) = (client.unwrap(), "127.0.0.1".try_into().unwrap());
        for year in [1970, 1971, 2038, 2500] {
            let day = date_time_ymd(year, 1, 2).unix_timestamp();
            let now = UnixTime::since_unix_epoch(Duration::from_secs(day.try_into().unwrap()));
            let verified = client.verify_server_cert(cert.der(), &[], &name, &[], now);
            assert!(verified.is_ok(), "{year}: {verified:?}");
        }
    }
}
