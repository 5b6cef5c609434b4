//! Rows of one kind by id.

use std::collections::HashMap;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use entity::ids::{DeviceId, InterfaceId, LinkId, SiteId};
use entity::model::{device, device_interface, site, wireless_link};
use sea_orm::sea_query::postgres_array::NotU8;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Value};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

/// Rows of `E` by id.
pub struct ById<E> {
    snapshot: Arc<Snapshot>,
    kind: PhantomData<fn() -> E>,
}

/// A table whose rows have an id within their tenant.
pub trait Identified: EntityTrait {
    /// The id.
    type Id: Copy + Eq + Hash + Send + Sync + Into<Value> + NotU8 + 'static;
    /// The column of the tenant.
    const TENANT: Self::Column;
    /// The column of the id.
    const ID: Self::Column;

    /// The id of a row.
    fn id(row: &Self::Model) -> Self::Id;
}

macro_rules! identified {
    ($($table:ident by $id:ty),*) => {$(
        impl Identified for $table::Entity {
            type Id = $id;
            const TENANT: $table::Column = $table::Column::TenantId;
            const ID: $table::Column = $table::Column::Id;

            fn id(row: &$table::Model) -> $id {
                row.id
            }
        }
    )*};
}

identified!(
    device by DeviceId,
    device_interface by InterfaceId,
    site by SiteId,
    wireless_link by LinkId
);

impl<E> ById<E> {
    /// A loader that reads from `snapshot`.
    pub(super) const fn new(snapshot: Arc<Snapshot>) -> Self {
        let kind = PhantomData;
        Self { snapshot, kind }
    }
}

impl<E: Identified> Load for ById<E>
where
    E::Model: Send + Sync + 'static,
{
    type Key = E::Id;
    type Value = Arc<E::Model>;

    async fn load(&self, ids: &[E::Id]) -> Result<HashMap<E::Id, Self::Value>, ApiError> {
        let tx = self.snapshot.tx().await?;
        let rows = E::find()
            .filter(E::TENANT.eq(tx.tenant()))
            .filter(E::ID.eq_any(ids.to_vec()))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (E::id(&row), Arc::new(row)))
            .collect())
    }
}
