//! What is measured, and how long.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::failure::Failure;
use crate::fleet::{self, Fleet};

/// Measures wisplink beside what people would pick instead.
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub(crate) struct Options {
    /// Only these scenarios, with commas between; all when nothing is named.
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<Scenario>,
    /// Measure how cost grows instead, and draw the curves.
    #[arg(long)]
    pub(crate) growth: bool,
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
    /// All of it with 1,000,000 links, and with 200,000 of one tenant.
    Size,
    /// Cost by APs in a transaction.
    GrowthAps,
    /// Cost by clients of an AP.
    GrowthClients,
    /// Cost by tenants.
    GrowthTenants,
    /// Cost by sockets.
    GrowthSockets,
    /// Cost by links that are stored.
    GrowthLinks,
}

impl Scenario {
    /// Those of the comparison, in the order in which they are measured: the last leaves the
    /// database larger than the others want it.
    const COMPARED: &[Self] = &[
        Self::Ingest,
        Self::Reads,
        Self::FanOut,
        Self::Idle,
        Self::Transitions,
        Self::Size,
    ];
    /// Those of the growth.
    const GROWTH: &[Self] = &[
        Self::GrowthAps,
        Self::GrowthClients,
        Self::GrowthTenants,
        Self::GrowthSockets,
        Self::GrowthLinks,
    ];

    /// What its results stand under.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Ingest => "Ingest",
            Self::Reads => "Reads",
            Self::FanOut => "Fan-out",
            Self::Idle => "Idle sockets",
            Self::Transitions => "Transitions",
            Self::Size => "Size",
            Self::GrowthAps => "Growth: APs in a transaction",
            Self::GrowthClients => "Growth: clients of an AP",
            Self::GrowthTenants => "Growth: tenants",
            Self::GrowthSockets => "Growth: sockets",
            Self::GrowthLinks => "Growth: stored links",
        }
    }
}

impl Options {
    /// The networks everything is measured on, unless it says otherwise.
    pub(crate) fn fleet(&self) -> Fleet {
        let tenants = if self.growth {
            fleet::SMALL.tenants
        } else {
            fleet::USUAL.tenants
        };
        Fleet {
            tenants: self.pick(tenants, 5),
            ..fleet::USUAL
        }
    }

    /// How much of something it takes to measure, or to see whether it works.
    pub(crate) fn pick<T>(&self, to_measure: T, to_see: T) -> T {
        if self.quick { to_see } else { to_measure }
    }

    /// What is to be measured, in order. Fails where that would leave out what was named.
    pub(crate) fn scenarios(&self) -> Result<Vec<Scenario>, Failure> {
        let (all, instead) = if self.growth {
            (Scenario::GROWTH, "leave out")
        } else {
            (Scenario::COMPARED, "add")
        };
        if let Some(other) = self.only.iter().find(|only| !all.contains(only)) {
            let title = other.title();
            return Err(Failure::new(format_args!(
                "\"{title}\" is measured in another run: {instead} --growth"
            )));
        }
        let wanted = |one: &Scenario| self.only.is_empty() || self.only.contains(one);
        Ok(all.iter().copied().filter(wanted).collect())
    }
}
