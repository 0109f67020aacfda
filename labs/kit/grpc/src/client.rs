use crate::{Answer, Ask, path};
use std::net::SocketAddr;
use tonic::{
    IntoRequest, IntoStreamingRequest, Response, Status, Streaming,
    client::{Grpc, GrpcService},
    codegen::http::uri::PathAndQuery,
    transport::{Channel, Endpoint, Error},
};
use tonic_prost::ProstCodec;

/// Calls the service over a channel, or over whatever stands in front of one.
#[derive(Clone)]
pub struct CallsClient<C>(Grpc<C>);

impl CallsClient<Channel> {
    /// Connects now, with nothing set: no timeout, no keep-alive.
    pub async fn connect(server: SocketAddr) -> Result<Self, Error> {
        Ok(Self::new(endpoint(server).connect().await?))
    }
}

pub(crate) fn endpoint(server: SocketAddr) -> Endpoint {
    Endpoint::from_shared(format!("http://{server}")).expect("an address makes a URI")
}

impl<C> CallsClient<C>
where
    C: GrpcService<tonic::body::Body>,
    C::Error: std::fmt::Display,
    C::ResponseBody: tonic::transport::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <C::ResponseBody as tonic::transport::Body>::Error:
        Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    pub fn new(channel: C) -> Self {
        Self(Grpc::new(channel))
    }

    pub async fn unary(&mut self, ask: impl IntoRequest<Ask>) -> Result<Response<Answer>, Status> {
        self.ready().await?;
        self.0.unary(ask.into_request(), path_of(path::UNARY), codec()).await
    }

    pub async fn server_stream(
        &mut self,
        ask: impl IntoRequest<Ask>,
    ) -> Result<Response<Streaming<Answer>>, Status> {
        self.ready().await?;
        self.0.server_streaming(ask.into_request(), path_of(path::SERVER_STREAM), codec()).await
    }

    pub async fn client_stream(
        &mut self,
        asks: impl IntoStreamingRequest<Message = Ask>,
    ) -> Result<Response<Answer>, Status> {
        self.ready().await?;
        let asks = asks.into_streaming_request();
        self.0.client_streaming(asks, path_of(path::CLIENT_STREAM), codec()).await
    }

    pub async fn bidi(
        &mut self,
        asks: impl IntoStreamingRequest<Message = Ask>,
    ) -> Result<Response<Streaming<Answer>>, Status> {
        self.ready().await?;
        self.0.streaming(asks.into_streaming_request(), path_of(path::BIDI), codec()).await
    }

    async fn ready(&mut self) -> Result<(), Status> {
        self.0.ready().await.map_err(|e| Status::unknown(format!("service was not ready: {e}")))
    }
}

fn path_of(path: &'static str) -> PathAndQuery {
    PathAndQuery::from_static(path)
}

fn codec() -> ProstCodec<Ask, Answer> {
    ProstCodec::default()
}
