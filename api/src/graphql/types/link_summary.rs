//! `LinkSummary`: how many links are in which state.

use async_graphql::SimpleObject;

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
}
