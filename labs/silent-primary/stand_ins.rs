//! Where there is no PostgreSQL: two gRPC servers before one bank.

use crate::conn::{Conn, Outcome};
use labkit::{prelude::*, witness::Tap};
use labkit_grpc::{
    Answer, Ask, Calls, CallsClient, CallsServer, Channel, Line, Request, Response, Served, Server,
    Status, serve,
};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

/// The primary is behind a tap, the replica is not.
pub(crate) struct StandIns {
    bank: Arc<Bank>,
    /// Whether the primary takes writes, and whether the replica does.
    takes: [Arc<AtomicBool>; 2],
    line: Line,
    replica: CallsClient<Channel>,
    branch: CallsClient<Channel>,
    _replica: Served,
}

impl StandIns {
    pub(crate) async fn open(lab: &Lab, keep_alive: Option<Duration>) -> Result<Self> {
        let bank = Arc::new(Bank { lane: lab.lane("bank"), book: Mutex::default() });
        let takes = [true, false].map(|takes| Arc::new(AtomicBool::new(takes)));
        let server = |n: usize| Node { bank: bank.clone(), takes: takes[n].clone() };
        let router = Server::builder().add_service(CallsServer::new(server(0)));
        let set = |endpoint: labkit_grpc::Endpoint| match keep_alive {
            Some(each) => endpoint.http2_keep_alive_interval(each).keep_alive_timeout(each),
            None => endpoint,
        };
        let line = Line::open_with(router, set, lab.lane("wire")).await?;
        let replica = serve(server(1)).await?;
        Ok(Self {
            replica: CallsClient::connect(replica.addr()).await?,
            branch: CallsClient::connect(line.server()).await?,
            bank,
            takes,
            line,
            _replica: replica,
        })
    }

    pub(crate) fn tap(&self) -> &Tap {
        self.line.tap()
    }

    pub(crate) fn primary(&self) -> Conn {
        Conn::StandIn(self.line.calls())
    }

    pub(crate) fn replica(&self) -> Conn {
        Conn::StandIn(self.replica.clone())
    }

    /// To the primary, and not through the tap.
    pub(crate) fn branch(&self) -> Conn {
        Conn::StandIn(self.branch.clone())
    }

    pub(crate) fn fence(&self) {
        self.takes[0].store(false, SeqCst);
    }

    pub(crate) fn promote(&self) {
        self.takes[1].store(true, SeqCst);
    }

    pub(crate) fn payments(&self) -> usize {
        self.bank.payments()
    }
}

pub(crate) async fn ask(calls: &CallsClient<Channel>, text: &str, number: u32) -> Outcome {
    let ask = Ask { text: text.into(), number, ..Ask::default() };
    let answer = calls.clone().unary(ask).await.map(Response::into_inner);
    answer.map(|answer| answer.text).map_err(|why| format!("{:?}: {}", why.code(), why.message()))
}

/// One of the two servers.
struct Node {
    bank: Arc<Bank>,
    takes: Arc<AtomicBool>,
}

impl Calls for Node {
    async fn unary(&self, ask: Request<Ask>) -> std::result::Result<Response<Answer>, Status> {
        let Ask { text, number, .. } = ask.into_inner();
        if text == "pay" {
            if !self.takes.load(SeqCst) {
                return Err(Status::failed_precondition("this server takes no writes"));
            }
            self.bank.pay(number);
        }
        Ok(Response::new(Answer { text: "done".into(), ..Answer::default() }))
    }
}

/// What both servers write to. It makes a payment once for each key.
struct Bank {
    lane: Lane,
    book: Mutex<HashSet<u32>>,
}

impl Bank {
    fn pay(&self, key: u32) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if !book.insert(key) {
            return self.lane.mark("knows this payment");
        }
        self.lane.gauge("payments", book.len(), "");
    }

    fn payments(&self) -> usize {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
