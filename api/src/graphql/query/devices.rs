//! `device`, `devices`, `deviceInterfaces`.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object};
use entity::model::device::Entity;
use entity::model::{device, device_interface};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::page::{PageArgs, shows_rows};
use crate::graphql::query::device_filter::DeviceFilter;
use crate::graphql::query::device_order::DeviceOrder;
use crate::graphql::scalar::{MacAddress, parse_id};
use crate::graphql::types::device::Device;
use crate::graphql::types::device_interface::DeviceInterface;

/// Reading devices.
#[derive(Default)]
pub struct DevicesQuery;

/// What a connection of devices tells besides its page.
pub struct DeviceConnectionFields(Condition);

#[Object]
impl DeviceConnectionFields {
    /// Total number of devices that match the filter. Counted only if selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        Ok(Entity::find()
            .filter(self.0.clone())
            .count(reads.tx().await?)
            .await?)
    }
}

#[Object]
impl DevicesQuery {
    /// The device with this id; null if the tenant has none.
    async fn device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, a UUID.")] id: ID,
    ) -> Result<Option<Device>, ApiError> {
        Device::find(ctx, parse_id("device", &id)?).await
    }

    /// The tenant's devices, in the given order, by default oldest first.
    #[expect(
        clippy::too_many_arguments,
        reason = "a connection's arguments are what they are"
    )]
    async fn devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Return the last n items, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which devices to include; all if omitted.")] filter: Option<DeviceFilter>,
        #[graphql(desc = "Sort order. A cursor is only valid with the order it was returned for.")]
        order_by: Option<DeviceOrder>,
    ) -> Result<Connection<String, Device, DeviceConnectionFields>, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let order = order_by.unwrap_or_default();
        let condition = filter
            .unwrap_or_default()
            .condition(ctx.request().scope()?)?;
        let reads = ctx.reads()?;
        let select = Entity::find().filter(condition.clone());
        let select = page.apply(select, &order.ordering())?;
        let rows = if shows_rows(ctx) {
            select.all(reads.tx().await?).await?
        } else {
            Vec::new()
        };
        Ok(page.connection(
            rows,
            DeviceConnectionFields(condition),
            |row: device::Model| (order.cursor(&row), Device::new(Arc::new(row))),
        ))
    }

    /// The interfaces with this MAC address. There can be several, for example if a bridge has the
    /// address of its radio, or two devices were restored from one backup.
    async fn device_interfaces(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In any common notation.")] mac: MacAddress,
    ) -> Result<Vec<DeviceInterface>, ApiError> {
        let reads = ctx.reads()?;
        let tx = reads.tx().await?;
        let rows = device_interface::Entity::find()
            .filter(device_interface::Column::TenantId.eq(tx.tenant()))
            .filter(device_interface::Column::MacAddress.eq(mac.0))
            .order_by_asc(device_interface::Column::Id)
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| DeviceInterface::new(Arc::new(row)))
            .collect())
    }
}
