use super::{RefusalCounts, Sockets};
use crate::{
    keeper,
    runs::{Census, Counts, Runs},
};
use axum::{extract::State, response::IntoResponse};
use http::header;
use std::{
    fmt::{Display, Write},
    fs,
    sync::Arc,
};
use tokio::runtime::Handle;

/// In the text format of Prometheus.
pub async fn metrics(
    State(runs): State<Arc<Runs>>,
    State(sockets): State<Sockets>,
    State(refusals): State<Arc<RefusalCounts>>,
) -> impl IntoResponse {
    let mut page = Exposition::default();
    present(&mut page, &runs.census(), &sockets);
    past(&mut page, &runs.counts);
    page.family("refusals_total", "counter", "Requests that were refused, by why.");
    for (word, times) in refusals.all() {
        page.sample(&format!("still_running_refusals_total{{error=\"{word}\"}}"), times);
    }
    process(&mut page);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.0)
}

fn present(page: &mut Exposition, census: &Census, sockets: &Sockets) {
    page.family("runs", "gauge", "Runs the server knows of; queued ones wait for a place.");
    for (state, n) in
        [("queued", census.queued), ("running", census.running), ("ended", census.ended)]
    {
        page.sample(&format!("still_running_runs{{state=\"{state}\"}}"), n);
    }
    page.gauge("viewers", "Viewers of runs.", census.viewers);
    page.gauge("sockets", "Open sockets.", sockets.clients.open());
    page.gauge("keepers", "Processes that look after runs, spare ones included.", keeper::alive());
    let tasks = Handle::current().metrics().num_alive_tasks();
    page.gauge("tasks", "Tasks that are alive.", tasks);
}

fn past(page: &mut Exposition, counts: &Counts) {
    page.counter("runs_started_total", "Runs that were taken in.", counts.started());
    page.family("runs_ended_total", "counter", "Runs that are over, by what ended them.");
    for (reason, times) in counts.ended() {
        page.sample(&format!("still_running_runs_ended_total{{reason=\"{reason}\"}}"), times);
    }
    page.counter("printed_bytes_total", "Bytes that labs printed.", counts.printed());
    page.counter("sent_bytes_total", "Bytes of output sent, to all viewers.", counts.sent());
    page.counter(
        "missed_bytes_total",
        "Bytes that slow viewers were told they missed.",
        counts.missed(),
    );
}

/// Under the names every exporter uses; absent where the system does not tell.
fn process(page: &mut Exposition) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.and_then(|kib| kib.trim().trim_end_matches(" kB").parse::<u64>().ok());
    if let Some(kib) = resident {
        page.help("process_resident_memory_bytes", "gauge", "Memory in use.");
        page.sample("process_resident_memory_bytes", kib << 10);
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        page.help("process_open_fds", "gauge", "Open file descriptors.");
        page.sample("process_open_fds", files.count());
    }
}

#[derive(Default)]
struct Exposition(String);

impl Exposition {
    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "gauge", help);
        self.sample(&format!("still_running_{name}"), value);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.family(name, "counter", help);
        self.sample(&format!("still_running_{name}"), value);
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.help(&format!("still_running_{name}"), kind, help);
    }

    fn help(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}").expect("a string takes all");
    }

    fn sample(&mut self, name: &str, value: impl Display) {
        writeln!(self.0, "{name} {value}").expect("a string takes all");
    }
}
