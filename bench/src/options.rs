//! What is measured, and how long.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::fleet::{self, Fleet};

/// Measures wisplink beside what people would pick instead.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub(crate) struct Options {
    /// Only these scenarios, with commas between; all when nothing is named.
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<Scenario>,
    /// How often the systems take turns; the median counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=99))]
    pub(crate) turns: u16,
    /// See only whether everything works: a tenth of the network, for a moment. The numbers mean
    /// nothing, and are not written down.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Leave out what has to be fetched from a package registry.
    #[arg(long)]
    pub(crate) without_peers: bool,
    /// Also print which statements cost PostgreSQL most.
    #[arg(long)]
    pub(crate) statements: bool,
    /// The wisplink that is measured; the one built with this program when not given.
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) program: Option<PathBuf>,
    /// Where servers keep their data; emptied first.
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    pub(crate) dir: PathBuf,
    /// Where the results are written; a run of some scenarios keeps the others' results.
    #[arg(long, value_name = "FILE", default_value = "bench/RESULTS.md")]
    pub(crate) results: PathBuf,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Client rows per second, from `JetStream` into PostgreSQL.
    Ingest,
    /// Requests per second, beside `PostGraphile` and PostgreSQL alone.
    Reads,
    /// Events to 2,500 sockets.
    FanOut,
    /// Memory of 10,000 sockets that wait.
    Idle,
    /// The way from a poll to a browser.
    Transitions,
}

impl Options {
    /// The networks everything is measured on, unless it says otherwise.
    pub(crate) fn fleet(&self) -> Fleet {
        Fleet {
            tenants: self.pick(fleet::USUAL.tenants, 5),
            ..fleet::USUAL
        }
    }

    /// How much of something it takes to measure, or to see whether it works.
    pub(crate) fn pick<T>(&self, to_measure: T, to_see: T) -> T {
        if self.quick { to_see } else { to_measure }
    }

    /// Whether `scenario` is to be measured.
    pub(crate) fn wants(&self, scenario: Scenario) -> bool {
        self.only.is_empty() || self.only.contains(&scenario)
    }
}
