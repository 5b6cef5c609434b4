//! A page of the unknown clients of each of many APs.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::DeviceId;
use entity::model::unknown_client::{Entity, Model};
use sea_orm::{DbBackend, EntityTrait, Statement};
use uuid::Uuid;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

const PAGE: &str = "
    SELECT client.* FROM unnest($2::uuid[]) AS ap (id) CROSS JOIN LATERAL (
        SELECT * FROM unknown_clients
        WHERE tenant_id = $1 AND ap_device_id = ap.id AND ($3::bigint IS NULL
            OR ((extract(epoch FROM first_seen) * 1000000)::bigint, mac::text) < ($3, $4))
        ORDER BY first_seen DESC, mac::text DESC LIMIT $5) AS client
    ORDER BY client.first_seen DESC, client.mac::text DESC";

/// Unknown clients by AP, those found last first.
pub struct UnknownByAp(pub(super) Arc<Snapshot>);

/// Which unknown clients of which AP.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnknownAt {
    /// The AP.
    pub ap: DeviceId,
    /// Behind the client with this first sighting, in microseconds, and this address.
    pub after: Option<(i64, String)>,
    /// So many at most.
    pub limit: u32,
}

impl Load for UnknownByAp {
    type Key = UnknownAt;
    type Value = Vec<Model>;

    async fn load(&self, keys: &[UnknownAt]) -> Result<HashMap<UnknownAt, Vec<Model>>, ApiError> {
        let tx = self.0.tx().await?;
        let mut alike: HashMap<_, Vec<Uuid>> = HashMap::new();
        for key in keys {
            let aps = alike.entry((key.after.clone(), key.limit)).or_default();
            aps.push(key.ap.0);
        }
        let mut found: HashMap<UnknownAt, Vec<Model>> = HashMap::new();
        // Siblings in a query share their arguments, so this is one round in practice.
        for ((after, limit), aps) in alike {
            let (first_seen, mac) = after.clone().unzip();
            let values = [
                tx.tenant().0.into(),
                aps.into(),
                first_seen.into(),
                mac.into(),
                i64::from(limit).into(),
            ];
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, PAGE, values);
            for row in Entity::find().from_raw_sql(statement).all(tx).await? {
                let at = UnknownAt {
                    ap: row.ap_device_id,
                    after: after.clone(),
                    limit,
                };
                found.entry(at).or_default().push(row);
            }
        }
        Ok(found)
    }
}
