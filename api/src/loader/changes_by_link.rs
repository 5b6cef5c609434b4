//! When each of many links became connected, and no longer was.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::args;
use entity::ids::LinkId;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::history::availability::Change;
use crate::history::range::TimeRange;
use crate::loader::batch::Load;

/// The events of a link that changed whether it is connected. A state that only goes on, like stale
/// after down, says nothing of why it began.
macro_rules! events {
    ($which:literal) => {
        concat!(
            "(SELECT seq, at, to_state, reason FROM link_events
             WHERE tenant_id = $1 AND link_id = link.id
                AND (from_state IS NULL OR (from_state IN ('discovered', 'active', 'degraded'))
                    <> (to_state IN ('discovered', 'active', 'degraded'))) AND ",
            $which,
            ")"
        )
    };
}

const CHANGES: &str = concat!(
    "SELECT link.id, event.at, event.to_state, event.reason
     FROM unnest($2::uuid[]) AS link (id) CROSS JOIN LATERAL (",
    events!("at <= $3 ORDER BY seq DESC LIMIT 1"),
    " UNION ALL ",
    events!("at > $3 AND at < $4"),
    " UNION ALL ",
    events!("at >= $4 ORDER BY seq LIMIT 1"),
    ") AS event ORDER BY link.id, event.seq"
);

/// Changes by link. A link without any is not among them.
pub struct ChangesByLink(pub(super) Arc<Snapshot>);

/// The changes of which link: the last before a range, those in it, and the first behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangesOf {
    /// The link.
    pub link: LinkId,
    /// The range.
    pub range: TimeRange,
}

impl Load for ChangesByLink {
    type Key = ChangesOf;
    type Value = Arc<Vec<Change>>;

    async fn load(&self, keys: &[ChangesOf]) -> Result<HashMap<ChangesOf, Self::Value>, ApiError> {
        let tx = self.0.history_tx().await?;
        let mut alike: HashMap<TimeRange, Vec<LinkId>> = HashMap::new();
        for key in keys {
            alike.entry(key.range).or_default().push(key.link);
        }
        let mut found: HashMap<ChangesOf, Vec<Change>> = HashMap::new();
        // Siblings in a query share their arguments, so this is one round in practice.
        for (range, links) in alike {
            let arguments = args![tx.tenant(), links, range.from(), range.to()]?;
            for row in tx.rows(CHANGES, arguments).await? {
                let link = row.try_get(0)?;
                let of = ChangesOf { link, range };
                found.entry(of).or_default().push(change(&row)?);
            }
        }
        Ok(found
            .into_iter()
            .map(|(of, changes)| (of, Arc::new(changes)))
            .collect())
    }
}

fn change(row: &PgRow) -> Result<Change, sqlx::Error> {
    let at: DateTime<Utc> = row.try_get(1)?;
    Ok(Change {
        at,
        to: row.try_get(2)?,
        reason: row.try_get(3)?,
    })
}
