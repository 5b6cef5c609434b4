//! A page of the events of each of many links.

use std::collections::HashMap;
use std::sync::Arc;

use entity::args;
use entity::ids::LinkId;
use entity::wire::link_event::LinkEvent;
use sqlx::Row as _;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

const PAGE: &str = "
    SELECT feed.epoch, event.* FROM tenant_feeds AS feed
    CROSS JOIN unnest($2::uuid[]) AS link (id) CROSS JOIN LATERAL (
        SELECT seq, id, link_id, ap_device_id, cpe_device_id, client_mac, other_ap_device_id,
            from_state, to_state, reason, signal_strength, at, recorded_at
        FROM link_events WHERE tenant_id = $1 AND link_id = link.id AND seq < $3
        ORDER BY seq DESC LIMIT $4) AS event
    WHERE feed.tenant_id = $1 ORDER BY event.seq DESC";

/// Events by link, the newest first.
pub struct EventsByLink(pub(super) Arc<Snapshot>);

/// Which events of which link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventsOf {
    /// The link.
    pub link: LinkId,
    /// Before the event with this number.
    pub before: i64,
    /// So many at most.
    pub limit: u32,
}

impl Load for EventsByLink {
    type Key = EventsOf;
    type Value = Vec<Arc<LinkEvent>>;

    async fn load(&self, keys: &[EventsOf]) -> Result<HashMap<EventsOf, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let mut alike: HashMap<(i64, u32), Vec<LinkId>> = HashMap::new();
        for key in keys {
            let links = alike.entry((key.before, key.limit)).or_default();
            links.push(key.link);
        }
        let mut found: HashMap<EventsOf, Self::Value> = HashMap::new();
        // Siblings in a query share their arguments, so this is one round in practice.
        for ((before, limit), links) in alike {
            let arguments = args![tx.tenant(), links, before, i64::from(limit)]?;
            for row in tx.rows(PAGE, arguments).await? {
                let event = LinkEvent::of_row(&row, tx.tenant(), row.try_get("epoch")?)?;
                let of = EventsOf {
                    link: event.link_id,
                    before,
                    limit,
                };
                found.entry(of).or_default().push(Arc::new(event));
            }
        }
        Ok(found)
    }
}
