//! The papers tell the truth: commands, metrics and settings are those of the program.

use chrono::Utc;
use clap::CommandFactory as _;
use entity::link_policy::{Policy, Threshold};
use entity::link_state::EventReason;
use entity::wire::link_event::LinkEvent;
use entity::wire::telemetry::Telemetry;
use ingest::decode::{Kind, RejectCode, decode};
use wisplink::cli::Cli;
use wisplink::config::Config;

use super::{camel_case, read};

#[test]
fn the_readme_names_the_two_commands_and_ci_runs_the_second() {
    let readme = read("README.md");
    assert!(readme.contains("make demo") && readme.contains("make test"));
    assert!(read(".ci/run").contains("exec make test"));
}

#[test]
fn the_makefile_has_every_target_the_papers_name() {
    let makefile = read("Makefile");
    for paper in [
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        "docs/operations.md",
    ] {
        for named in
            code(&read(paper)).filter_map(|code| code.strip_prefix("make ").map(first_word))
        {
            assert!(
                makefile.contains(&format!("\n{named}:")),
                "{paper} names `make {named}`"
            );
        }
    }
}

#[test]
fn every_command_is_described_in_the_operations_guide() {
    let guide = read("docs/operations.md");
    for command in Cli::command()
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let name = command.get_name();
        assert!(
            guide.contains(&format!("`wisplink {name}")),
            "docs/operations.md lacks {name}"
        );
    }
}

#[test]
fn every_setting_stands_in_the_operations_guide_with_its_default() {
    let guide = read("docs/operations.md");
    let defaults = Config::default().redacted().unwrap();
    assert!(
        guide.contains(defaults.trim()),
        "docs/operations.md must show the defaults as `wisplink check-config` prints them:\n{defaults}"
    );
}

#[test]
fn every_reason_to_refuse_a_message_is_explained() {
    let paper = read("docs/subjects.md");
    for code in RejectCode::ALL {
        assert!(
            paper.contains(&format!("| `{code}` |")),
            "docs/subjects.md lacks {code}"
        );
    }
}

#[test]
fn every_reason_of_a_link_event_is_explained() {
    let paper = read("docs/subjects.md");
    for reason in EventReason::ALL {
        assert!(
            paper.contains(&format!("`{}`", reason.as_str())),
            "{reason:?}"
        );
    }
}

#[test]
fn every_threshold_is_explained_with_its_default() {
    let paper = read("docs/subjects.md").replace('−', "-").replace(',', "");
    for &threshold in Threshold::ALL {
        let default = Policy::default()
            .value(threshold)
            .map_or("none".to_owned(), |value| value.to_string());
        let row = format!("| `{}` | {default} |", camel_case(threshold.as_str()));
        assert!(paper.contains(&row), "docs/subjects.md lacks {row}");
    }
}

#[test]
fn every_example_of_a_message_is_one() {
    let paper = read("docs/subjects.md");
    let mut examples = paper.split("```json\n").skip(1);
    let mut example = || {
        let (text, _) = examples.next().unwrap().split_once("```").unwrap();
        text
    };
    for kind in Kind::ALL {
        let text = example();
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let subject = format!("x.x.{}", json["device_id"].as_str().unwrap());
        let decoded = decode(kind, &subject, text.as_bytes(), Utc::now()).unwrap();
        assert_eq!(
            (decoded.dropped.rows, decoded.dropped.values),
            (0, 0),
            "{text}"
        );
    }
    serde_json::from_str::<LinkEvent>(example()).unwrap();
    let telemetry = example();
    let told: Telemetry = serde_json::from_str(telemetry).unwrap();
    let as_sent = serde_json::to_value(told).unwrap();
    assert_eq!(
        as_sent,
        serde_json::from_str::<serde_json::Value>(telemetry).unwrap()
    );
}

/// What stands between back quotes on a line.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}
