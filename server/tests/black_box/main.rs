//! The server as a black box: its own binary, real sockets, a lab that misbehaves on request.

mod support;

mod audit;
mod build;
mod check;
mod class;
mod class_faults;
mod class_open;
mod class_people;
mod class_servers;
mod cli;
mod exposure;
mod fix;
mod grid;
mod limits;
mod mine;
mod observability;
mod output;
mod postgres;
mod processes;
mod proxy;
mod recordings;
mod refusals;
mod show;
mod shutdown;
mod site;
mod viewers;
