//! The list of metrics, the page about them, and the places that count.

use std::collections::BTreeSet;

use wisplink::health::catalogue::{self, Metric};

use super::{read, tidy};

#[test]
fn the_page_about_metrics_is_the_list_of_metrics() {
    let page = read("docs/metrics.md");
    let rows = page.lines().filter(|line| {
        let first = line.strip_prefix("| `");
        first.is_some_and(|name| name.starts_with("wisplink_") || name.starts_with("process_"))
    });
    let told: Vec<_> = rows
        .map(|row| {
            let columns: Vec<_> = row.split('|').map(str::trim).collect();
            columns[1..6].join(" | ")
        })
        .collect();
    let known: Vec<_> = catalogue::all().map(row).collect();
    for (told, known) in told.iter().zip(&known) {
        assert_eq!(told, known, "docs/metrics.md");
    }
    assert_eq!(told.len(), known.len());
}

#[test]
fn every_metric_is_measured_somewhere_and_nothing_else_is() {
    let sources: Vec<String> = ["entity/src", "ingest/src", "api/src", "wisplink/src"]
        .iter()
        .flat_map(|folder| tidy::sources_below(folder))
        .filter(|text| !text.contains("METRICS: &[Metric]"))
        .collect();
    let quoted = |name: &str| {
        let quoted = format!("\"{name}\"");
        sources.iter().any(|text| text.contains(&quoted))
    };
    let known: BTreeSet<_> = catalogue::all().map(|metric| metric.name).collect();
    // What the process says of itself is read by a library.
    let ours = known.iter().filter(|name| name.starts_with("wisplink_"));
    let idle: Vec<_> = ours.filter(|name| !quoted(name)).collect();
    assert!(idle.is_empty(), "nothing measures {idle:?}");
    for text in &sources {
        for call in ["counter!(\"", "gauge!(\"", "histogram!(\""] {
            for rest in text.split(call).skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                assert!(known.contains(name), "the list of metrics lacks {name}");
            }
        }
    }
}

/// A metric as the page shows it.
fn row(metric: &Metric) -> String {
    let labels = metric
        .labels
        .iter()
        .map(|label| format!("`{}`", label.name));
    let columns = [
        format!("`{}`", metric.name),
        metric.kind.as_str().to_owned(),
        labels.collect::<Vec<_>>().join(", "),
        metric.unit.to_owned(),
        metric.help.to_owned(),
    ];
    columns.join(" | ")
}
