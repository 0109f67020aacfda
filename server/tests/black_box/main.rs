//! The server as a black box: its own binary, real sockets, a lab that misbehaves on request.

mod support;

mod cli;
mod exposure;
mod limits;
mod mine;
mod observability;
mod output;
mod processes;
mod refusals;
mod shutdown;
mod site;
mod viewers;
