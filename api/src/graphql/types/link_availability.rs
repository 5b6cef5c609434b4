//! `LinkAvailability`: how much of a time a link was connected.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use crate::graphql::types::enums::LinkEventReason;
use crate::history::availability::{Availability, Outage};
use crate::limits;

/// How much of a time a link was connected: discovered, active or degraded. Time before the link was
/// discovered and time to come do not count. Time lost to a silent AP (`AP_SILENT`) stands apart: it
/// counts neither for nor against the link, for nobody saw it.
#[derive(SimpleObject)]
pub struct LinkAvailability {
    /// Connected time of connected and down time together, in percent, 0 to 100. Null when there is
    /// neither.
    percent: Option<f64>,
    /// Time connected, in seconds.
    connected_seconds: i64,
    /// Time down or stale for any reason but a silent AP, in seconds.
    down_seconds: i64,
    /// Time from when the AP fell silent until the link was seen again, in seconds.
    ap_silent_seconds: i64,
    /// How many outages overlap the range, those of a silent AP among them.
    outage_count: i32,
    /// The outages that overlap the range, those of a silent AP among them, oldest first; of more
    /// than 500 the latest 500.
    outages: Vec<LinkOutage>,
}

/// A time in which a link was not connected.
#[derive(SimpleObject)]
pub struct LinkOutage {
    /// When it began; that may be before the range.
    start: DateTime<Utc>,
    /// When it ended; that may be after the range. Null while it lasts.
    end: Option<DateTime<Utc>>,
    /// Why it began. `AP_SILENT`: the AP was not heard, so nobody knows how the link was.
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
