//! Each kind of call, over a real socket.

use labkit_grpc::{
    Answer, Answers, Ask, Calls, CallsClient, Code, Request, Response, Status, Streaming, serve,
};
use tokio_stream::{StreamExt, iter};

struct Echo;

impl Calls for Echo {
    async fn unary(&self, ask: Request<Ask>) -> Result<Response<Answer>, Status> {
        Ok(Response::new(echo(ask.into_inner())))
    }

    async fn server_stream(&self, ask: Request<Ask>) -> Result<Response<Answers>, Status> {
        let ask = ask.into_inner();
        let each = (0..ask.number).map(move |number| Ok(echo(Ask { number, ..ask.clone() })));
        Ok(Response::new(Box::pin(iter(each))))
    }

    async fn client_stream(
        &self,
        asks: Request<Streaming<Ask>>,
    ) -> Result<Response<Answer>, Status> {
        let (mut asks, mut sum) = (asks.into_inner(), 0);
        while let Some(ask) = asks.message().await? {
            sum += ask.number;
        }
        Ok(Response::new(Answer { number: sum, ..Answer::default() }))
    }

    async fn bidi(&self, asks: Request<Streaming<Ask>>) -> Result<Response<Answers>, Status> {
        Ok(Response::new(Box::pin(asks.into_inner().map(|ask| ask.map(echo)))))
    }
}

fn echo(ask: Ask) -> Answer {
    Answer { text: ask.text, number: ask.number, data: ask.data }
}

fn ask(number: u32) -> Ask {
    Ask { text: "hello".into(), number, data: vec![7; 100] }
}

async fn numbers(mut answers: Streaming<Answer>) -> Vec<u32> {
    let mut numbers = vec![];
    while let Some(answer) = answers.message().await.unwrap() {
        assert_eq!((answer.text.as_str(), answer.data.len()), ("hello", 100));
        numbers.push(answer.number);
    }
    numbers
}

#[tokio::test]
async fn every_kind_of_call_is_answered() {
    let server = serve(Echo).await.unwrap();
    let mut client = CallsClient::connect(server.addr()).await.unwrap();

    assert_eq!(client.unary(ask(3)).await.unwrap().into_inner(), echo(ask(3)));
    let streamed = client.server_stream(ask(3)).await.unwrap().into_inner();
    assert_eq!(numbers(streamed).await, [0, 1, 2]);
    let sum = client.client_stream(iter((1..=4).map(ask))).await.unwrap();
    assert_eq!(sum.into_inner().number, 10);
    let talk = client.bidi(iter((1..=4).map(ask))).await.unwrap().into_inner();
    assert_eq!(numbers(talk).await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_method_the_lab_did_not_write_is_unimplemented() {
    struct Nothing;
    impl Calls for Nothing {}
    let server = serve(Nothing).await.unwrap();
    let mut client = CallsClient::connect(server.addr()).await.unwrap();
    assert_eq!(client.unary(ask(1)).await.unwrap_err().code(), Code::Unimplemented);
}
