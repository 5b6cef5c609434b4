//! The rows behind what is followed: links that meet a condition, and their numbers.

use std::sync::Arc;

use entity::database::Database;
use entity::ids::{DeviceId, LinkId};
use entity::link_state::LinkState;
use entity::model::wireless_link::{Column, Entity, Model};
use entity::scope::TenantScope;
use entity::tx::TenantTx;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::error::ApiError;
use crate::limits;
use crate::live::cursor::FeedCursor;
use crate::live::replay;

/// Links of one tenant that meet a condition. Each question reads what is committed by then.
pub struct Source {
    /// Where they are.
    pub database: Database,
    /// Whose they are.
    pub scope: TenantScope,
    /// Which are meant. It names the tenant.
    pub condition: Condition,
}

impl Source {
    /// Where the tenant's feed ends.
    pub async fn feed_end(&self) -> Result<FeedCursor, ApiError> {
        let tx = self.database.read(self.scope).await?;
        Ok(replay::end(&tx).await?)
    }

    /// A part of the links, in the order of their ids, from `behind` on.
    pub async fn page(&self, behind: Option<LinkId>) -> Result<Vec<Arc<Model>>, ApiError> {
        let tx = self.database.read(self.scope).await?;
        let mut select = Entity::find().filter(self.condition.clone());
        if let Some(behind) = behind {
            select = select.filter(Column::Id.gt(behind));
        }
        let select = select
            .order_by_asc(Column::Id)
            .limit(limits::LINKS_PART as u64);
        let links = select.all(&tx).await?;
        Ok(links.into_iter().map(Arc::new).collect())
    }

    /// The links of these APs.
    pub async fn of_aps(&self, aps: &[DeviceId]) -> Result<Vec<Arc<Model>>, ApiError> {
        let tx = self.database.read(self.scope).await?;
        let select = Entity::find()
            .filter(self.condition.clone())
            .filter(Column::ApDeviceId.eq_any(aps.to_vec()));
        let links = select.all(&tx).await?;
        Ok(links.into_iter().map(Arc::new).collect())
    }

    /// How many links are in which state, in the order of the states' names.
    pub async fn counts(&self) -> Result<Vec<(LinkState, i64)>, ApiError> {
        let tx = self.database.read(self.scope).await?;
        counts(&tx, self.condition.clone()).await
    }
}

/// How many links that meet `condition` are in which state.
pub async fn counts(
    tx: &TenantTx,
    condition: Condition,
) -> Result<Vec<(LinkState, i64)>, ApiError> {
    let counts = Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "links")
        .filter(condition)
        .group_by(Column::State)
        .order_by_asc(Column::State)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(counts)
}
