//! `device`, `devices`, `deviceInterfaces`.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, InputObject, Object};
use entity::ids::SiteId;
use entity::model::device::{Column, Entity};
use entity::model::{device, device_interface, wireless_link};
use sea_orm::sea_query::{ExprTrait as _, Query as Sql};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::page::{Cursor, Ordering, PageArgs};
use crate::graphql::scalar::{MacAddress, parse_id, parse_ids};
use crate::graphql::types::device::Device;
use crate::graphql::types::device_interface::DeviceInterface;
use crate::graphql::types::enums::DeviceStatus;

/// Reading devices.
#[derive(Default)]
pub struct DevicesQuery;

/// Which devices are meant. All conditions given must hold.
#[derive(InputObject, Default)]
pub struct DeviceFilter {
    /// Standing at one of these sites.
    site_ids: Option<Vec<ID>>,
    /// With one of these statuses.
    status: Option<Vec<DeviceStatus>>,
    /// With a host name that begins with this text. Upper and lower case differ.
    hostname_starts_with: Option<String>,
    /// True: only devices that serve links as AP. False: only those that serve none.
    has_links_as_ap: Option<bool>,
}

/// What a connection of devices tells besides its page.
pub struct DeviceConnectionFields(Condition);

#[Object]
impl DeviceConnectionFields {
    /// How many devices there are in all that the filter lets pass. Counted only when asked for.
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
    /// The device with this id; null when the tenant has none.
    async fn device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, a UUID.")] id: ID,
    ) -> Result<Option<Device>, ApiError> {
        Device::find(ctx, parse_id("device", &id)?).await
    }

    /// The tenant's devices, oldest first.
    async fn devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, 500 at most; 50 when nothing is given.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which devices are meant; all when not given.")] filter: Option<
            DeviceFilter,
        >,
    ) -> Result<Connection<String, Device, DeviceConnectionFields>, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let condition = filter.unwrap_or_default().condition(ctx)?;
        let reads = ctx.reads()?;
        let select = Entity::find().filter(condition.clone());
        let ordering = Ordering::by_id(Column::Id.into_expr());
        let rows = page.apply(select, &ordering).all(reads.tx().await?).await?;
        Ok(page.connection(
            rows,
            DeviceConnectionFields(condition),
            |row: device::Model| (Cursor::of_id(row.id.0), Device::new(Arc::new(row))),
        ))
    }

    /// The interfaces with this MAC address. Several when a bridge repeats its radio's address, or
    /// when two devices were restored from one backup.
    async fn device_interfaces(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "In any of the usual spellings.")] mac: MacAddress,
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

impl DeviceFilter {
    fn condition(&self, ctx: &Context<'_>) -> Result<Condition, ApiError> {
        let tenant = ctx.request().scope()?.tenant();
        let mut condition = Condition::all().add(Column::TenantId.eq(tenant));
        if let Some(ids) = &self.site_ids {
            let ids: Vec<SiteId> = parse_ids("site", ids)?;
            condition = condition.add(Column::SiteId.eq_any(ids));
        }
        if let Some(status) = &self.status {
            let status: Vec<device::DeviceStatus> =
                status.iter().map(|&status| status.into()).collect();
            condition = condition.add(Column::Status.eq_any(status));
        }
        if let Some(prefix) = &self.hostname_starts_with {
            if prefix.chars().any(char::is_control) {
                // PostgreSQL takes no NUL, and no host name holds any of the others.
                let message = "hostnameStartsWith holds control characters";
                return Err(ApiError::bad_input(message));
            }
            // LIKE is not leakproof and would be checked row by row behind row-level security.
            let starts =
                sea_orm::sea_query::Expr::cust_with_values("hostname ^@ $1", [prefix.clone()]);
            condition = condition.add(starts);
        }
        if let Some(wanted) = self.has_links_as_ap {
            let served = Sql::select()
                .column(wireless_link::Column::ApDeviceId)
                .from(wireless_link::Entity)
                .and_where(wireless_link::Column::TenantId.eq(tenant))
                .to_owned();
            let id = Column::Id.into_expr();
            condition = condition.add(if wanted {
                id.in_subquery(served)
            } else {
                id.not_in_subquery(served)
            });
        }
        Ok(condition)
    }
}
