//! The server as a black box: its own binary, real sockets, a lab that misbehaves on request.

mod support;

mod cli;
mod limits;
mod mine;
mod output;
mod processes;
mod refusals;
mod shutdown;
mod site;
mod viewers;
