//! Creating devices: all of them, or none.

use std::collections::HashSet;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use entity::database::Database;
use entity::ids::{DeviceId, InterfaceId, SiteId, TenantId};
use entity::mac::MacAddress;
use entity::model::{device, device_interface, site};
use entity::tx::TenantTx;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::text;
use crate::error::{ApiError, on_insert};
use crate::limits;
use crate::permit::policy::CreateDevices;
use crate::permit::proof::Permit;

/// What is known of a new device.
pub struct NewDevice {
    /// The host name, unique within the tenant.
    pub hostname: String,
    /// Where it stands.
    pub site_id: Option<SiteId>,
    /// The management address.
    pub ip_address: Option<IpAddr>,
    /// The model.
    pub model: Option<String>,
    /// The serial number.
    pub serial_number: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Its interfaces, as far as they are known.
    pub interfaces: Vec<NewInterface>,
}

/// An interface of a new device.
pub struct NewInterface {
    /// The name on the device.
    pub name: String,
    /// The address.
    pub mac: MacAddress,
    /// The kind as the device calls it.
    pub kind: String,
}

pub(super) const TWO_OF_ONE_NAME: &str = "a device has two interfaces of one name";

/// Creates up to [`limits::NEW_DEVICES`] devices with their interfaces.
pub async fn create_devices(
    permit: &Permit<CreateDevices>,
    database: &Database,
    new: Vec<NewDevice>,
) -> Result<Vec<device::Model>, ApiError> {
    if new.len() > limits::NEW_DEVICES {
        return Err(ApiError::limit("devices", new.len(), limits::NEW_DEVICES));
    }
    let rows = new
        .into_iter()
        .map(|new| rows(permit.scope().tenant(), new, Utc::now()))
        .collect::<Result<Vec<_>, _>>()?;
    let (devices, interfaces): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let tx = database.write(permit.scope()).await?;
    let sites = devices.iter().filter_map(|device| device.site_id);
    check_sites(&tx, sites.collect()).await?;
    insert(&tx, &devices, interfaces.concat()).await?;
    tx.commit().await?;
    Ok(devices)
}

/// The rows of a new device.
fn rows(
    tenant_id: TenantId,
    new: NewDevice,
    now: DateTime<Utc>,
) -> Result<(device::Model, Vec<device_interface::Model>), ApiError> {
    let device = device::Model {
        tenant_id,
        id: DeviceId::new(),
        site_id: new.site_id,
        hostname: text::name("a host name", &new.hostname, 253)?,
        ip_address: new.ip_address.map(Into::into),
        model: text::optional("a model", new.model, 200)?,
        serial_number: text::optional("a serial number", new.serial_number, 200)?,
        firmware_version: None,
        status: device::DeviceStatus::Unknown,
        last_seen: None,
        interfaces_at: None,
        latitude: text::degrees("latitude", new.latitude, 90.0)?,
        longitude: text::degrees("longitude", new.longitude, 180.0)?,
        created_at: now,
        updated_at: now,
    };
    let interfaces = interfaces(tenant_id, device.id, new.interfaces, now)?;
    Ok((device, interfaces))
}

/// The rows of a device's interfaces.
pub(super) fn interfaces(
    tenant_id: TenantId,
    device_id: DeviceId,
    new: Vec<NewInterface>,
    now: DateTime<Utc>,
) -> Result<Vec<device_interface::Model>, ApiError> {
    if new.len() > limits::NEW_INTERFACES {
        return Err(ApiError::limit(
            "interfaces of a device",
            new.len(),
            limits::NEW_INTERFACES,
        ));
    }
    let rows = new.into_iter().map(|new| {
        Ok(device_interface::Model {
            tenant_id,
            id: InterfaceId::new(),
            device_id,
            name: text::name("an interface's name", &new.name, 200)?,
            mac_address: new.mac,
            r#type: text::name("an interface's type", &new.kind, 200)?,
            running: true,
            updated_at: now,
        })
    });
    rows.collect()
}

/// A site of another tenant does not exist here. The foreign key would say so, too, but not which.
pub(super) async fn check_sites(tx: &TenantTx, named: HashSet<SiteId>) -> Result<(), ApiError> {
    if named.is_empty() {
        return Ok(());
    }
    let rows = site::Entity::find()
        .filter(site::Column::TenantId.eq(tx.tenant()))
        .filter(site::Column::Id.eq_any(named.iter().copied().collect::<Vec<_>>()))
        .all(tx)
        .await?;
    let known: HashSet<SiteId> = rows.into_iter().map(|row| row.id).collect();
    match named.difference(&known).next() {
        Some(unknown) => Err(ApiError::not_found("site", unknown)),
        None => Ok(()),
    }
}

async fn insert(
    tx: &TenantTx,
    devices: &[device::Model],
    interfaces: Vec<device_interface::Model>,
) -> Result<(), ApiError> {
    // PostgreSQL takes 65,535 parameters in one statement.
    const ROWS: usize = 1_000;
    for chunk in devices.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(|row| row.into_active_model().reset_all());
        device::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await
            .map_err(|error| {
                on_insert(error, tx.tenant(), || {
                    "one of the host names is taken already".to_owned()
                })
            })?;
    }
    for chunk in interfaces.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(|row| row.into_active_model().reset_all());
        device_interface::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await
            .map_err(|error| on_insert(error, tx.tenant(), || TWO_OF_ONE_NAME.to_owned()))?;
    }
    Ok(())
}
