//! `LinkSummary`: how many links are in which state.

use async_graphql::SimpleObject;
use entity::link_state::LinkState;

/// Counts of links.
#[derive(SimpleObject, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkSummary {
    /// All links.
    pub total: i32,
    /// Links whose CPE is connected: discovered, active or degraded.
    pub connected: i32,
    /// Seen, but not yet often enough to be believed.
    pub discovered: i32,
    /// Seen regularly with a good signal.
    pub active: i32,
    /// Seen regularly with a weak signal.
    pub degraded: i32,
    /// No longer seen.
    pub down: i32,
    /// Down for so long that they are probably gone.
    pub stale: i32,
    /// False in a subscription while changes cannot be delivered: show the numbers as out of date.
    /// Always true in a query.
    pub is_current: bool,
}

impl LinkSummary {
    /// The summary of these counts.
    pub fn new(counts: &[(LinkState, i64)], is_current: bool) -> Self {
        let mut summary = Self {
            is_current,
            ..Self::default()
        };
        for &(state, links) in counts {
            let links = i32::try_from(links).unwrap_or(i32::MAX);
            summary.total += links;
            summary.connected += if state.is_connected() { links } else { 0 };
            let slot = match state {
                LinkState::Discovered => &mut summary.discovered,
                LinkState::Active => &mut summary.active,
                LinkState::Degraded => &mut summary.degraded,
                LinkState::Down => &mut summary.down,
                LinkState::Stale => &mut summary.stale,
            };
            *slot += links;
        }
        summary
    }
}
