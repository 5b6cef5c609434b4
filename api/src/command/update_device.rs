//! Changing a device: what is given, and nothing else.
//!
//! A MAC address that moves to another device takes its links along with the next poll that lists
//! it: `ingest` looks up the owner anew, and tells of it with `REASSIGNED`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::database::Database;
use entity::ids::{DeviceId, SiteId};
use entity::model::device_interface::{Column, Entity};
use entity::model::{device, device_interface};
use entity::tx::TenantTx;
use sea_orm::prelude::IpNetwork;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
    Unchanged,
};

use super::create_devices::{NewInterface, TWO_OF_ONE_NAME, check_sites, interfaces};
use super::{change, links, text};
use crate::error::{ApiError, on_update};
use crate::permit::policy::UpdateDevice;
use crate::permit::proof::Permit;

/// What is to become of a device. What is not set stays as it is.
pub struct DeviceChanges {
    /// The host name, unique within the tenant.
    pub hostname: ActiveValue<String>,
    /// Where it stands.
    pub site_id: ActiveValue<Option<SiteId>>,
    /// The management address.
    pub ip_address: ActiveValue<Option<IpNetwork>>,
    /// The model.
    pub model: ActiveValue<Option<String>>,
    /// The serial number.
    pub serial_number: ActiveValue<Option<String>>,
    /// Degrees north.
    pub latitude: ActiveValue<Option<f64>>,
    /// Degrees east.
    pub longitude: ActiveValue<Option<f64>>,
    /// All its interfaces. None: they stay as they are.
    pub interfaces: Option<Vec<NewInterface>>,
}

/// A device as it is after a change.
pub struct UpdatedDevice {
    /// The device.
    pub row: device::Model,
    /// The APs of its links: how these are shown may have changed.
    pub aps: Vec<DeviceId>,
}

/// Changes the device.
pub async fn update_device(
    permit: &Permit<UpdateDevice>,
    database: &Database,
    id: DeviceId,
    mut changes: DeviceChanges,
) -> Result<UpdatedDevice, ApiError> {
    let (tenant, now) = (permit.scope().tenant(), Utc::now());
    let set = changes.interfaces.take();
    let set = set
        .map(|set| interfaces(tenant, id, set, now))
        .transpose()?;
    let row = row(permit, id, changes, now, set.is_some())?;
    let taken = match &row.hostname {
        Set(name) => format!("there is already a device named {name:?}"),
        _ => String::new(),
    };
    let tx = database.write(permit.scope()).await?;
    if let Set(Some(site)) = row.site_id {
        check_sites(&tx, [site].into()).await?;
    }
    let row = row
        .update(&tx)
        .await
        .map_err(|error| on_update(error, ("device", id), || taken))?;
    if let Some(set) = set {
        replace(&tx, id, set).await?;
    }
    let aps = links::aps(&tx, &[id]).await?;
    tx.commit().await?;
    Ok(UpdatedDevice { row, aps })
}

fn row(
    permit: &Permit<UpdateDevice>,
    id: DeviceId,
    changes: DeviceChanges,
    now: DateTime<Utc>,
    has_interfaces: bool,
) -> Result<device::ActiveModel, ApiError> {
    let text = |what, change| change::checked(change, |value| text::optional(what, value, 200));
    let degrees =
        |what, change, bound| change::checked(change, |value| text::degrees(what, value, bound));
    Ok(device::ActiveModel {
        tenant_id: Unchanged(permit.scope().tenant()),
        id: Unchanged(id),
        site_id: changes.site_id,
        hostname: change::checked(changes.hostname, |name| {
            text::name("a host name", &name, 253)
        })?,
        ip_address: changes.ip_address,
        model: text("a model", changes.model)?,
        serial_number: text("a serial number", changes.serial_number)?,
        latitude: degrees("latitude", changes.latitude, 90.0)?,
        longitude: degrees("longitude", changes.longitude, 180.0)?,
        // A snapshot that was read before and comes late must not undo this.
        interfaces_at: if has_interfaces {
            Set(Some(now))
        } else {
            ActiveValue::NotSet
        },
        updated_at: Set(now),
        ..Default::default()
    })
}

/// Makes `set` the device's interfaces. One that keeps its name keeps its id.
async fn replace(
    tx: &TenantTx,
    device: DeviceId,
    set: Vec<device_interface::Model>,
) -> Result<(), ApiError> {
    let names: HashSet<_> = set.iter().map(|interface| interface.name.clone()).collect();
    if names.len() < set.len() {
        return Err(ApiError::conflict(TWO_OF_ONE_NAME));
    }
    Entity::delete_many()
        .filter(Column::TenantId.eq(tx.tenant()))
        .filter(Column::DeviceId.eq(device))
        .filter(Column::Name.is_not_in(names))
        .exec(tx)
        .await?;
    if set.is_empty() {
        return Ok(());
    }
    let same = OnConflict::columns([Column::TenantId, Column::DeviceId, Column::Name])
        .update_columns([Column::MacAddress, Column::Type, Column::UpdatedAt])
        .to_owned();
    let rows = set
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows)
        .on_conflict(same)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
