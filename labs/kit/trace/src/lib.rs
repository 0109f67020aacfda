//! One OpenTelemetry trace across the services of a lab.
//!
//! The spans are `tracing`'s, with OpenTelemetry's context behind them. It crosses a call in the header `traceparent`, as W3C
//! Trace Context has it. What was seen is told as a tree. Where the environment names a collector
//! (`OTEL_EXPORTER_OTLP_ENDPOINT`), it is sent there as well, by OTLP over gRPC.

#![warn(missing_docs)]

mod header;
mod tree;

pub use header::{parent, pass_on};
pub use tracing::{Instrument, Span};
pub use tree::Seen;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use parking_lot::Mutex;
use std::{env, sync::Arc};
use tracing::Dispatch;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;

/// The environment's variable that names a collector, such as `http://127.0.0.1:4317`.
pub const COLLECTOR: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What the services of a run have in common: where their spans go. Clones are the same.
#[derive(Clone, Default)]
pub struct Trace {
    collector: Option<String>,
    seen: Kept,
    providers: Arc<Mutex<Vec<SdkTracerProvider>>>,
}

/// One service, under whose name its spans are made.
#[derive(Clone)]
pub struct Service(Dispatch);

impl Trace {
    /// Spans go to the collector that the environment names, too, where it names one.
    pub fn from_env() -> Self {
        env::var(COLLECTOR).map_or_else(|_| Self::default(), Self::to_collector)
    }

    /// Spans go to this collector, too: its address, as a URI.
    pub fn to_collector(address: String) -> Self {
        Self { collector: Some(address), ..Self::default() }
    }

    /// A service of this name. Inside a Tokio runtime, where a collector is named.
    pub fn service(&self, name: &'static str) -> anyhow::Result<Service> {
        let exporter = Named { service: name, kept: self.seen.clone() };
        let resource = Resource::builder().with_service_name(name).build();
        let mut provider =
            SdkTracerProvider::builder().with_resource(resource).with_simple_exporter(exporter);
        if let Some(address) = &self.collector {
            let otlp = opentelemetry_otlp::SpanExporter::builder().with_tonic();
            provider = provider.with_batch_exporter(otlp.with_endpoint(address).build()?);
        }
        let provider = provider.build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("still-running"));
        self.providers.lock().push(provider);
        Ok(Service(Dispatch::new(tracing_subscriber::registry().with(layer))))
    }

    /// Sends the collector what waits to be sent, where one is named. It blocks, so not from async code.
    pub fn flush(&self) -> OTelSdkResult {
        let providers = self.providers.lock().clone();
        providers.iter().try_for_each(SdkTracerProvider::force_flush)
    }

    /// The spans that have ended so far.
    pub fn seen(&self) -> Seen {
        Seen::new(&self.seen.0.lock())
    }
}

impl Service {
    /// A span with nothing above it: the beginning of a trace.
    pub fn root(&self, name: &str) -> Span {
        tracing::dispatcher::with_default(
            &self.0,
            || tracing::info_span!(parent: None, "span", otel.name = name),
        )
    }

    /// A span below `parent`, which may be another service's. Nothing, where `parent` is nothing: most calls are not traced.
    pub fn below(&self, parent: &opentelemetry::Context, name: &str) -> Span {
        use opentelemetry::trace::TraceContextExt;
        if !parent.span().span_context().is_valid() {
            return Span::none();
        }
        let span = self.root(name);
        span.set_parent(parent.clone()).expect("a new span of this dispatch takes a parent");
        span
    }

    /// As [`Service::below`], where the parent is a span at hand.
    pub fn inside(&self, parent: &Span, name: &str) -> Span {
        self.below(&parent.context(), name)
    }
}

/// All spans that have ended, with the service each is of.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<(&'static str, SpanData)>>>);

/// The exporter of one service.
#[derive(Debug)]
struct Named {
    service: &'static str,
    kept: Kept,
}

impl SpanExporter for Named {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.kept.0.lock().extend(batch.into_iter().map(|span| (self.service, span)));
        Ok(())
    }
}
