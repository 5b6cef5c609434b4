//! Where link policies hold, and which of their rows concern a place.

use entity::ids::{DeviceId, SiteId, TenantId};
use entity::model::link_policy::{Column, Entity, Model, PolicyScope};
use entity::model::{device, site};
use entity::tx::TenantTx;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait as _, QueryFilter};
use uuid::Uuid;

use crate::error::ApiError;

/// Where a policy holds: for the whole tenant, for a site's APs, or for one AP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The tenant.
    Tenant,
    /// A site of the tenant.
    Site(SiteId),
    /// A device of the tenant.
    Device(DeviceId),
}

/// The keys of the rows that concern a place, its own first. Made by [`Place::reach`] only, so the
/// place is there.
pub struct Reach(Vec<(PolicyScope, Uuid)>);

impl Place {
    /// How far a policy reaches here.
    pub const fn scope(self) -> PolicyScope {
        match self {
            Self::Tenant => PolicyScope::Tenant,
            Self::Site(_) => PolicyScope::Site,
            Self::Device(_) => PolicyScope::Device,
        }
    }

    /// What a policy's row calls this place.
    pub const fn id(self, tenant: TenantId) -> Uuid {
        match self {
            Self::Tenant => tenant.0,
            Self::Site(site) => site.0,
            Self::Device(device) => device.0,
        }
    }

    /// Which rows concern this place. A place of another tenant is not there.
    pub async fn reach(self, tx: &TenantTx) -> Result<Reach, ApiError> {
        let site = match self {
            Self::Tenant => None,
            Self::Site(id) => Some(site(tx, id).await?),
            Self::Device(id) => device(tx, id).await?.site_id,
        };
        let places = [
            matches!(self, Self::Device(_)).then_some(self),
            site.map(Self::Site),
            Some(Self::Tenant),
        ];
        let keys = places.into_iter().flatten();
        let keys = keys.map(|place| (place.scope(), place.id(tx.tenant())));
        Ok(Reach(keys.collect()))
    }
}

impl Reach {
    /// The rows, as far as there are any.
    pub async fn rows(&self, tx: &TenantTx) -> Result<Vec<Model>, ApiError> {
        let keys = self.0.iter().fold(Condition::any(), |any, &(scope, id)| {
            any.add(Column::Scope.eq(scope).and(Column::ScopeId.eq(id)))
        });
        let rows = Entity::find()
            .filter(Column::TenantId.eq(tx.tenant()))
            .filter(keys)
            .all(tx)
            .await?;
        Ok(rows)
    }
}

async fn site(tx: &TenantTx, id: SiteId) -> Result<SiteId, ApiError> {
    let row = site::Entity::find_by_id((tx.tenant(), id)).one(tx).await?;
    row.map(|row| row.id)
        .ok_or_else(|| ApiError::not_found("site", id))
}

async fn device(tx: &TenantTx, id: DeviceId) -> Result<device::Model, ApiError> {
    let row = device::Entity::find_by_id((tx.tenant(), id))
        .one(tx)
        .await?;
    row.ok_or_else(|| ApiError::not_found("device", id))
}
