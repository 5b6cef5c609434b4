//! `[history]`: how long history is kept.

use ingest::settings::Retention;
use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// How long history is kept. A day's polls go when the whole day is older.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryConfig {
    /// Days every poll is kept.
    pub raw_days: u16,
    /// Days the roll-up by the hour is kept.
    pub rollup_days: u16,
}

impl Default for HistoryConfig {
    fn default() -> Self {
        let Retention {
            raw_days,
            rollup_days,
        } = Retention::default();
        Self {
            raw_days,
            rollup_days,
        }
    }
}

impl HistoryConfig {
    /// What the worker needs.
    pub const fn retention(&self) -> Retention {
        Retention {
            raw_days: self.raw_days,
            rollup_days: self.rollup_days,
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        bounded("history.raw_days", self.raw_days.into(), 1, 366)?;
        // Hours are there where polls are no more.
        let (least, rollup_days) = (self.raw_days.into(), self.rollup_days.into());
        bounded("history.rollup_days", rollup_days, least, 3_660)
    }
}
