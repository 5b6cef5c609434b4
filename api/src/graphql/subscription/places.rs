//! Where the APs of events are.

use entity::database::Database;
use entity::ids::{DeviceId, SiteId};
use entity::model::device::{Column, Entity};
use entity::scope::TenantScope;
use entity::wire::link_event::LinkEvent;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use tokio::time::sleep;

use crate::error::{ApiError, Code};
use crate::graphql::subscription::event_filter::EventFilter;
use crate::limits;

/// The sites of one tenant's devices.
pub struct Places {
    /// Where they are written down.
    pub database: Database,
    /// Whose they are.
    pub scope: TenantScope,
}

impl Places {
    /// Whether `wanted` means `event`. Events do not tell at which site their AP is: it is looked up
    /// when the filter asks for it, and waited for while the database is away.
    pub async fn are_meant(
        &self,
        wanted: &EventFilter,
        event: &LinkEvent,
    ) -> Result<bool, ApiError> {
        let Some(sites) = wanted.sites().filter(|_| wanted.matches(event)) else {
            return Ok(wanted.matches(event));
        };
        loop {
            match self.is_at(event.ap_device_id, sites).await {
                Err(error) if error.code() == Code::Unavailable => {
                    sleep(limits::LINKS_RETRY).await;
                }
                found => return found,
            }
        }
    }

    async fn is_at(&self, ap: DeviceId, sites: &[SiteId]) -> Result<bool, ApiError> {
        let tx = self.database.read(self.scope).await?;
        let there = Entity::find()
            .filter(Column::TenantId.eq(self.scope.tenant()))
            .filter(Column::Id.eq(ap))
            .filter(Column::SiteId.eq_any(sites.to_vec()));
        Ok(there.count(&tx).await? > 0)
    }
}
