//! What is measured, in Prometheus' form. The list is the [`catalogue`](super::catalogue).

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

use super::catalogue::{self, Kind, Metric};

/// How often what was observed is folded into histograms.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder's readings.
#[derive(Clone, Debug)]
pub struct Metrics {
    handle: PrometheusHandle,
    process: Collector,
}

/// Something else counts in this process already.
#[derive(Debug, thiserror::Error)]
#[error("metrics are recorded elsewhere in this process")]
pub struct AlreadyRecorded(#[from] BuildError);

impl Metrics {
    /// Starts counting; once a process, whoever asks. What asks for a counter before that counts
    /// nothing.
    pub fn start() -> Result<Self, AlreadyRecorded> {
        static STARTED: OnceLock<Metrics> = OnceLock::new();
        if let Some(started) = STARTED.get() {
            return Ok(started.clone());
        }
        let handle = recorder()?.install_recorder()?;
        catalogue::all().for_each(introduce);
        metrics::gauge!("wisplink_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        let upkeep = handle.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkeep.run_upkeep();
            }
        });
        let process = Collector::default();
        Ok(STARTED.get_or_init(|| Self { handle, process }).clone())
    }

    /// All readings.
    pub fn render(&self) -> String {
        self.process.collect();
        self.handle.render()
    }
}

fn recorder() -> Result<PrometheusBuilder, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for metric in catalogue::all() {
        if let Kind::Histogram(buckets) = metric.kind {
            builder =
                builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
        }
    }
    Ok(builder)
}

/// Describes `metric`, and lets the counters whose labels are known begin at 0.
fn introduce(metric: &Metric) {
    let Metric { name, help, .. } = *metric;
    match metric.kind {
        Kind::Counter => {
            metrics::describe_counter!(name, help);
            for labels in metric.series() {
                metrics::counter!(name, &labels).increment(0);
            }
        }
        Kind::Gauge => metrics::describe_gauge!(name, help),
        Kind::Histogram(_) => metrics::describe_histogram!(name, help),
    }
}
