//! `LinkAvailability`: how much of a time a link was connected.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use crate::graphql::types::enums::LinkEventReason;
use crate::history::availability::{Availability, Outage};
use crate::limits;

/// How much of a time range a link was connected, that is, discovered, active or degraded. Time
/// before its discovery and future time are excluded. Time during which the AP was silent
/// (`AP_SILENT`) is reported separately and counts neither as connected nor as down, since the
/// link's state is unknown then.
#[derive(SimpleObject)]
pub struct LinkAvailability {
    /// Connected time as a percentage of connected plus down time, 0 to 100. Null if both are 0.
    percent: Option<f64>,
    /// Time connected, in seconds.
    connected_seconds: i64,
    /// Time down or stale for any reason other than a silent AP, in seconds.
    down_seconds: i64,
    /// Time from when the AP fell silent until the link was seen again, in seconds.
    ap_silent_seconds: i64,
    /// How many outages overlap the range, including those of a silent AP.
    outage_count: i32,
    /// The outages that overlap the range, including those of a silent AP, oldest first; the
    /// latest 500 if there are more.
    outages: Vec<LinkOutage>,
}

/// A period in which a link was not connected.
#[derive(SimpleObject)]
pub struct LinkOutage {
    /// When it began; may be before the requested range.
    start: DateTime<Utc>,
    /// When it ended; may be after the requested range. Null while it lasts.
    end: Option<DateTime<Utc>>,
    /// Why it began. `AP_SILENT`: no polls of the AP arrived, so the link's state is unknown.
    reason: LinkEventReason,
}

impl From<Availability> for LinkAvailability {
    fn from(found: Availability) -> Self {
        let surplus = found.outages.len().saturating_sub(limits::OUTAGES);
        let latest = found.outages.iter().skip(surplus).copied();
        Self {
            percent: found.percent(),
            connected_seconds: found.connected.num_seconds(),
            down_seconds: found.down.num_seconds(),
            ap_silent_seconds: found.ap_silent.num_seconds(),
            outage_count: i32::try_from(found.outages.len()).unwrap_or(i32::MAX),
            outages: latest.map(Into::into).collect(),
        }
    }
}

impl From<Outage> for LinkOutage {
    fn from(outage: Outage) -> Self {
        Self {
            start: outage.start,
            end: outage.end,
            reason: outage.reason.into(),
        }
    }
}
