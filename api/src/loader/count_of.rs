//! How many things of a kind each of many others has.

use std::collections::HashMap;
use std::sync::Arc;

use entity::args;
use entity::ids::{DeviceId, LinkId};
use sqlx::Row as _;
use uuid::Uuid;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;
use crate::loader::links_by_device::Side;

macro_rules! sql {
    ($table:literal by $owner:literal) => {
        concat!(
            "SELECT ",
            $owner,
            ", count(*) FROM ",
            $table,
            " WHERE tenant_id = $1 AND ",
            $owner,
            " = ANY($2) GROUP BY 1"
        )
    };
}

/// Numbers of things. What there is none of is not among them.
pub struct CountOf(pub(super) Arc<Snapshot>);

/// What is counted, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// The links of a device on one side.
    Links(Side, DeviceId),
    /// The events of a link.
    Events(LinkId),
    /// The unknown clients of an AP.
    Unknown(DeviceId),
}

impl Counted {
    const fn sql(self) -> &'static str {
        match self {
            Self::Links(Side::Ap, _) => sql!("wireless_links" by "ap_device_id"),
            Self::Links(Side::Cpe, _) => sql!("wireless_links" by "cpe_device_id"),
            Self::Events(_) => sql!("link_events" by "link_id"),
            Self::Unknown(_) => sql!("unknown_clients" by "ap_device_id"),
        }
    }

    const fn owner(self) -> Uuid {
        match self {
            Self::Links(_, device) | Self::Unknown(device) => device.0,
            Self::Events(link) => link.0,
        }
    }
}

impl Load for CountOf {
    type Key = Counted;
    type Value = u64;

    async fn load(&self, keys: &[Counted]) -> Result<HashMap<Counted, u64>, ApiError> {
        let tx = self.0.tx().await?;
        let mut alike: HashMap<&'static str, HashMap<Uuid, Counted>> = HashMap::new();
        for key in keys {
            let owners = alike.entry(key.sql()).or_default();
            owners.insert(key.owner(), *key);
        }
        let mut counts = HashMap::new();
        for (sql, owners) in alike {
            let ids: Vec<_> = owners.keys().copied().collect();
            for row in tx.rows(sql, args![tx.tenant(), ids]?).await? {
                let (owner, count): (Uuid, i64) = (row.try_get(0)?, row.try_get(1)?);
                if let Some(key) = owners.get(&owner) {
                    counts.insert(*key, u64::try_from(count).unwrap_or_default());
                }
            }
        }
        Ok(counts)
    }
}
