//! One gRPC service with a method of each kind, so that a lab is about its handler and not about a schema.
//!
//! What `tonic-prost-build` would generate is written by hand here: it is short, it needs no protoc and no build script, and one
//! can read where a call begins and where it is dropped. On the wire it is ordinary gRPC, as if from this schema:
//!
//! ```proto
//! package labkit;
//! message Ask    { string text = 1; uint32 number = 2; bytes data = 3; }
//! message Answer { string text = 1; uint32 number = 2; bytes data = 3; }
//! service Calls {
//!   rpc Unary(Ask) returns (Answer);
//!   rpc ServerStream(Ask) returns (stream Answer);
//!   rpc ClientStream(stream Ask) returns (Answer);
//!   rpc Bidi(stream Ask) returns (stream Answer);
//! }
//! ```

mod budget;
mod client;
mod line;
mod server;

pub use budget::time_left;
pub use client::CallsClient;
pub use line::Line;
pub use server::{Answers, Calls, CallsServer, Served, serve, serve_by_axum, serve_with};
pub use tonic::{
    Code, Request, Response, Status, Streaming,
    transport::{Channel, Endpoint, Server},
};

/// What a client sends.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Ask {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(uint32, tag = "2")]
    pub number: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
}

/// What a server sends back.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Answer {
    #[prost(string, tag = "1")]
    pub text: String,
    #[prost(uint32, tag = "2")]
    pub number: u32,
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
}

/// The service's name, and the paths of its methods.
mod path {
    pub(crate) const SERVICE: &str = "labkit.Calls";
    pub(crate) const UNARY: &str = "/labkit.Calls/Unary";
    pub(crate) const SERVER_STREAM: &str = "/labkit.Calls/ServerStream";
    pub(crate) const CLIENT_STREAM: &str = "/labkit.Calls/ClientStream";
    pub(crate) const BIDI: &str = "/labkit.Calls/Bidi";
}
