//! A server closes a kept-alive connection just as the client sends its next request there.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod all_methods;
    pub(crate) mod by_status;
    pub(crate) mod idle_timeout;
    pub(crate) mod tcp_keepalive;
}

use labkit::{
    prelude::*,
    witness::{Peer, read_head},
};
use labkit_http::causes;
use reqwest::{Client, ClientBuilder, Method, Response, retry};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{io::AsyncWriteExt, net::TcpStream};

labkit::choice! {
    /// When the server closes a connection that has served its share.
    Closes {
        /// When the next request comes: it crosses the FIN on its way.
        AtRequest = "at-request",
        /// At once: the client has all of its pause to see the FIN.
        WhileIdle = "while-idle",
    }
}

labkit::knobs! {
    /// How many requests a connection serves.
    serves: usize = 1, 1..=20, grid [2, 5, 6, 10];
    /// When the server closes a connection that has served its share.
    closes: Closes = Closes::AtRequest;
    /// Pause between two calls.
    pause: Duration = 20, 0..=500, grid [100];
}

/// What a variant brings: the settings of a client.
trait Configure {
    fn build(client: ClientBuilder) -> reqwest::Result<Client>;
}

const HOST: &str = "127.0.0.1";
const CALLS: usize = 6;

// ANCHOR: scenario
async fn scenario<C: Configure>(lab: Lab, knobs: Knobs) -> Result {
    let server = Server::new(&lab, knobs);
    let talking = server.clone();
    let peer = Peer::start(move |stream, n| talking.clone().talk(stream, n + 1)).await?;

    let mut answered = vec![];
    for method in [Method::GET, Method::POST] {
        let client = C::build(builder())?;
        let lane = lab.lane("client");
        let mut ok = 0;
        for n in 1..=CALLS {
            let url = format!("http://{HOST}:{}/payment/{n}", peer.addr().port());
            let name = format!("{method} {n}");
            let answer = lane.watch(&name, client.request(method.clone(), url).send()).await;
            lane.say(format!("{name}: {}", words(&answer)));
            ok += usize::from(answer.is_ok());
            drop(answer);
            sleep(knobs.pause).await;
        }
        lane.say(format!("{ok} of {CALLS} {method} answered"));
        answered.push(ok);
    }

    lab.check_eq("GET answered", CALLS, answered[0]);
    lab.check_eq("payments made twice", 0, server.made_twice());
    Ok(())
}
// ANCHOR_END: scenario

fn words(answer: &reqwest::Result<Response>) -> String {
    match answer {
        Ok(answer) => answer.status().to_string(),
        Err(why) => causes(why),
    }
}

/// It does what it is asked. Each of its connections serves a few requests, and one more is read but not answered.
#[derive(Clone)]
struct Server {
    lab: Lab,
    lane: Lane,
    serves: usize,
    closes: Closes,
    /// How often each payment was made.
    payments: Arc<Mutex<[usize; CALLS]>>,
}

impl Server {
    fn new(lab: &Lab, Knobs { serves, closes, .. }: Knobs) -> Self {
        Self {
            lab: lab.clone(),
            lane: lab.lane("server"),
            serves,
            closes,
            payments: Arc::default(),
        }
    }

    async fn talk(self, mut stream: TcpStream, connection: usize) {
        self.lane.mark(format!("connection {connection} opens"));
        for _ in 0..self.serves {
            let Some(head) = read_head(&mut stream).await else { return };
            self.pay(&head);
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
        if self.closes == Closes::WhileIdle {
            return self.lane.mark(format!("closes connection {connection}, which is idle"));
        }
        if let Some(head) = read_head(&mut stream).await {
            let paid = if self.pay(&head) { ", which is paid" } else { "" };
            let request = head.split(" HTTP").next().unwrap_or_default();
            self.lane.say(format!("closes connection {connection} on {request}{paid}"));
            self.lab.cancelled();
        }
    }

    /// A POST makes a payment. A GET only looks.
    fn pay(&self, head: &str) -> bool {
        let number = head.strip_prefix("POST /payment/").and_then(|rest| rest.split(' ').next());
        let Some(n) = number.and_then(|n| n.parse::<usize>().ok()) else { return false };
        self.payments.lock().unwrap_or_else(PoisonError::into_inner)[n - 1] += 1;
        true
    }

    fn made_twice(&self) -> usize {
        let payments = self.payments.lock().unwrap_or_else(PoisonError::into_inner);
        payments.iter().filter(|times| **times > 1).count()
    }
}

/// It keeps one idle connection, so that a second try gets a new one.
fn builder() -> ClientBuilder {
    labkit_http::client().pool_max_idle_per_host(1)
}

fn main() -> ExitCode {
    Manifest {
        title: "Now and then a call fails, and the server's log is empty",
        crates: &["reqwest", "hyper"],
        article: &["2.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Settings, wrong: all_methods, by_status, idle_timeout, tcp_keepalive])
}
