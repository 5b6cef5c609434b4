//! What is measured: the list of all metrics, from which `# HELP` and `# TYPE` come, and with which
//! `docs/metrics.md` is compared.

mod ingest;
mod live;
mod program;

use Kind::{Counter, Gauge, Histogram};

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name: `wisplink_…`, or as Prometheus' own libraries call it.
    pub name: &'static str,
    /// What its numbers are.
    pub kind: Kind,
    /// What it is told apart by.
    pub labels: &'static [Label],
    /// What one is.
    pub unit: &'static str,
    /// What it tells.
    pub help: &'static str,
}

/// What a metric's numbers are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only grows, from 0 at the start of the process.
    Counter,
    /// What is now.
    Gauge,
    /// How many were at most so large.
    Histogram(&'static [f64]),
}

impl Kind {
    /// As Prometheus says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Counter => "counter",
            Gauge => "gauge",
            Histogram(_) => "histogram",
        }
    }
}

/// A label.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// Its values, where they are few and known: counters then stand at 0 from the start, so that
    /// the first one counted shows as an increase.
    pub values: Option<fn() -> Vec<&'static str>>,
}

/// All of them, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    let parts = [ingest::METRICS, live::METRICS, program::METRICS];
    parts.into_iter().flatten()
}

impl Metric {
    /// Every combination of its labels' values; empty while they are not known.
    pub fn series(&self) -> Vec<Vec<(&'static str, &'static str)>> {
        let mut series = vec![Vec::new()];
        for label in self.labels {
            let values = label.values.map_or_else(Vec::new, |values| values());
            let with = |known: &Vec<_>, value| {
                let mut longer = known.clone();
                longer.push((label.name, value));
                longer
            };
            series = series
                .iter()
                .flat_map(|known| values.iter().map(move |value| with(known, *value)))
                .collect();
        }
        series
    }
}

/// Seconds that a transaction or a request takes.
const SHORT: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

const fn counter(
    name: &'static str,
    labels: &'static [Label],
    unit: &'static str,
    help: &'static str,
) -> Metric {
    metric(name, Counter, labels, unit, help)
}

const fn gauge(
    name: &'static str,
    labels: &'static [Label],
    unit: &'static str,
    help: &'static str,
) -> Metric {
    metric(name, Gauge, labels, unit, help)
}

const fn histogram(
    name: &'static str,
    (buckets, labels): (&'static [f64], &'static [Label]),
    unit: &'static str,
    help: &'static str,
) -> Metric {
    metric(name, Histogram(buckets), labels, unit, help)
}

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [Label],
    unit: &'static str,
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind,
        labels,
        unit,
        help,
    }
}

/// A label whose values are known.
const fn closed(name: &'static str, values: fn() -> Vec<&'static str>) -> Label {
    Label {
        name,
        values: Some(values),
    }
}

/// A label whose values are found while the program runs.
const fn open(name: &'static str) -> Label {
    Label { name, values: None }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_follow_prometheus_conventions() {
        let mut seen = HashSet::new();
        for metric in all() {
            let name = metric.name;
            assert!(seen.insert(name), "{name} twice");
            assert_eq!(metric.kind == Counter, name.ends_with("_total"), "{name}");
            let base = name.trim_end_matches("_total");
            let says = |unit: &str| base.ends_with(&format!("_{unit}"));
            for unit in ["seconds", "bytes"] {
                let differs = says(unit) != (metric.unit == unit);
                assert!(!differs, "{name} is in {}", metric.unit);
            }
            let odd = metric.help.ends_with('.') || metric.help.contains(['|', '\n', '\\']);
            assert!(!odd, "{name}: {}", metric.help);
        }
    }

    #[test]
    fn series_are_all_combinations_of_known_values() {
        const TWO: Metric = counter(
            "x_total",
            &[closed("a", || vec!["1", "2"]), closed("b", || vec!["3"])],
            "",
            "",
        );
        const UNKNOWN: Metric = counter("x_total", &[open("a")], "", "");
        assert_eq!(
            TWO.series(),
            [[("a", "1"), ("b", "3")], [("a", "2"), ("b", "3")]]
        );
        assert_eq!(counter("x_total", &[], "", "").series().len(), 1);
        assert!(UNKNOWN.series().is_empty());
    }
}
