//! Alerts and the dashboard speak of metrics that there are, and of sections that there are.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};
use wisplink::health::catalogue::{self, Kind};

use super::{read, root};

const RULES: &str = "deploy/prometheus/wisplink.rules.yml";
const DASHBOARD: &str = "deploy/grafana/wisplink.json";

#[test]
fn alerts_and_dashboard_use_metrics_that_there_are() {
    for path in [
        RULES,
        DASHBOARD,
        "deploy/prometheus/wisplink.rules.test.yml",
    ] {
        let text = read(path);
        let named = metrics_in(&text);
        assert!(named.len() > 3, "{path}: {named:?}");
        for name in named {
            let known = catalogue::all().any(|metric| match metric.kind {
                Kind::Histogram(_) => ["_bucket", "_sum", "_count"]
                    .iter()
                    .any(|part| name == format!("{}{part}", metric.name)),
                Kind::Counter | Kind::Gauge => name == metric.name,
            });
            assert!(known, "{path}: there is no metric {name}");
        }
    }
}

#[test]
fn every_alert_has_its_section_in_the_runbook_and_links_to_it() {
    let guide = read("docs/operations.md");
    let sections: BTreeSet<_> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("### Wisplink"))
        .collect();
    let rules = read(RULES);
    let alerts: Vec<_> = rules.split("- alert: Wisplink").skip(1).collect();
    let names = alerts.iter().filter_map(|rule| rule.lines().next());
    assert_eq!(names.collect::<BTreeSet<_>>(), sections);
    for rule in alerts {
        let name = rule.lines().next().unwrap().to_lowercase();
        assert!(
            rule.contains(&format!("docs/operations.md#wisplink{name}\n")),
            "{name}"
        );
        for part in ["expr:", "severity: ", "summary: "] {
            assert!(rule.contains(part), "{name} lacks {part}");
        }
    }
    for section in sections {
        let text = guide
            .split(&format!("### Wisplink{section}\n"))
            .nth(1)
            .unwrap();
        let text = text.split("\n#").next().unwrap();
        for part in ["- **Meaning:** ", "- **See:** ", "- **Do:** "] {
            assert!(text.contains(part), "{section} lacks {part}");
        }
    }
}

#[test]
fn what_the_page_about_metrics_links_to_is_there() {
    let guide = read("docs/operations.md");
    let anchors: BTreeSet<_> = guide
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .replace(' ', "-")
        })
        .collect();
    let page = read("docs/metrics.md");
    for link in page.split("(operations.md#").skip(1) {
        let anchor = link.split(')').next().unwrap();
        assert!(
            anchors.contains(anchor),
            "docs/metrics.md links to {anchor}"
        );
    }
}

#[test]
fn prometheus_understands_rules_configuration_and_every_query_of_the_dashboard() {
    let folder = root().join("deploy/prometheus");
    let Some(said) = promtool(&["check", "config", "prometheus.yml"], &folder) else {
        eprintln!("promtool is not installed: rules and queries are not checked");
        return;
    };
    said.unwrap();
    let test = promtool(&["test", "rules", "wisplink.rules.test.yml"], &folder);
    test.unwrap().unwrap();

    let dashboard: Value = serde_json::from_str(&read(DASHBOARD)).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let queries = panels.flat_map(|panel| {
        assert!(panel["title"].is_string(), "{panel}");
        let targets = panel["targets"].as_array().map_or(&[][..], Vec::as_slice);
        targets
            .iter()
            .map(|target| target["expr"].as_str().unwrap())
    });
    let rules: Vec<_> = queries
        .map(|query| {
            let query = query.replace("$__rate_interval", "5m");
            json!({ "record": "x", "expr": query.replace("$instance", ".*") })
        })
        .collect();
    assert!(rules.len() > 40, "{}", rules.len());
    let folder = tempfile::tempdir().unwrap();
    // JSON is YAML.
    let groups = json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    let file = folder.path().join("dashboard.yml");
    std::fs::write(&file, groups.to_string()).unwrap();
    let said = promtool(
        &["check", "rules", "--lint=none", "dashboard.yml"],
        folder.path(),
    );
    said.unwrap().unwrap();
}

/// What promtool has against something; none where it is not installed.
fn promtool(arguments: &[&str], folder: &std::path::Path) -> Option<Result<(), String>> {
    let mut tool = Command::new("promtool");
    let said = tool.args(arguments).current_dir(folder).output().ok()?;
    if said.status.success() {
        return Some(Ok(()));
    }
    let (out, errors) = (said.stdout, said.stderr);
    let text = [out, errors].map(|text| String::from_utf8_lossy(&text).into_owned());
    Some(Err(text.concat()))
}

/// The names of metrics in a text.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let words = text.split(|letter| !is_part(letter));
    let is_metric = |word: &&str| word.starts_with("wisplink_") || word.starts_with("process_");
    words.filter(is_metric).map(str::to_owned).collect()
}
