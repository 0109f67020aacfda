use crate::{Answer, Ask, path};
use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::net::TcpListener;
use tokio_stream::{Stream, wrappers::TcpListenerStream};
use tokio_util::task::AbortOnDropHandle;
use tonic::{
    Request, Response, Status, Streaming,
    body::Body,
    codegen::http,
    server::{Grpc, NamedService},
    service::Routes,
    transport::{Server, server::Router},
};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

/// A stream of answers, whatever produces them.
pub type Answers = Pin<Box<dyn Stream<Item = Result<Answer, Status>> + Send>>;

/// The service's methods; a lab writes those it needs.
pub trait Calls: Send + Sync + 'static {
    fn unary(
        &self,
        _: Request<Ask>,
    ) -> impl Future<Output = Result<Response<Answer>, Status>> + Send {
        async { Err(absent()) }
    }
    fn server_stream(
        &self,
        _: Request<Ask>,
    ) -> impl Future<Output = Result<Response<Answers>, Status>> + Send {
        async { Err(absent()) }
    }
    fn client_stream(
        &self,
        _: Request<Streaming<Ask>>,
    ) -> impl Future<Output = Result<Response<Answer>, Status>> + Send {
        async { Err(absent()) }
    }
    fn bidi(
        &self,
        _: Request<Streaming<Ask>>,
    ) -> impl Future<Output = Result<Response<Answers>, Status>> + Send {
        async { Err(absent()) }
    }
}

fn absent() -> Status {
    Status::unimplemented("this lab has no such method")
}

/// [`Calls`] as tonic serves it; for a server with layers or settings of its own.
pub struct CallsServer<T>(Arc<T>);

impl<T> CallsServer<T> {
    pub fn new(calls: T) -> Self {
        Self(Arc::new(calls))
    }
}

impl<T> Clone for CallsServer<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> NamedService for CallsServer<T> {
    const NAME: &'static str = path::SERVICE;
}

impl<T: Calls> Service<http::Request<Body>> for CallsServer<T> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let calls = self.0.clone();
        Box::pin(async move { Ok(dispatch(&*calls, request).await) })
    }
}

async fn dispatch<T: Calls>(calls: &T, request: http::Request<Body>) -> http::Response<Body> {
    let mut grpc = Grpc::new(ProstCodec::<Answer, Ask>::default());
    match request.uri().path() {
        path::UNARY => grpc.unary(service_fn(|r| calls.unary(r)), request).await,
        path::SERVER_STREAM => {
            grpc.server_streaming(service_fn(|r| calls.server_stream(r)), request).await
        }
        path::CLIENT_STREAM => {
            grpc.client_streaming(service_fn(|r| calls.client_stream(r)), request).await
        }
        path::BIDI => grpc.streaming(service_fn(|r| calls.bidi(r)), request).await,
        _ => absent().into_http(),
    }
}

/// A server that runs until this is dropped. Its open connections are tasks of their own, and end with their clients.
pub struct Served {
    addr: SocketAddr,
    _serve: AbortOnDropHandle<Result<(), tonic::transport::Error>>,
}

impl Served {
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

/// Serves `calls` on a free port of the loopback.
pub async fn serve<T: Calls>(calls: T) -> io::Result<Served> {
    serve_with(Server::builder().add_service(CallsServer::new(calls))).await
}

/// The same service as axum serves it, without tonic's own server around it.
pub async fn serve_by_axum<T: Calls>(calls: T) -> io::Result<Served> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let router = Routes::new(CallsServer::new(calls)).into_axum_router();
    let serve = async move {
        axum::serve(listener, router).await.expect("it accepts for ever");
        Ok(())
    };
    Ok(Served { addr, _serve: AbortOnDropHandle::new(tokio::spawn(serve)) })
}

/// Serves what was built with settings of its own, on a free port of the loopback.
pub async fn serve_with(router: Router) -> io::Result<Served> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let serve = router.serve_with_incoming(TcpListenerStream::new(listener));
    Ok(Served { addr, _serve: AbortOnDropHandle::new(tokio::spawn(serve)) })
}
