//! `createDevices`, `updateDevice`, `deleteDevice`.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::ids::DeviceId;

use crate::command::create_devices::{NewDevice, NewInterface, create_devices};
use crate::command::delete_device::delete_device;
use crate::command::update_device::{DeviceChanges, update_device};
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::mutation::changed::{optional, required};
use crate::graphql::scalar::{MacAddress, parse_id};
use crate::graphql::types::device::Device;
use crate::live::announce::Announcer;
use crate::permit::proof::Permit;

/// Changing devices.
#[derive(Default)]
pub struct DevicesMutation;

/// A new device.
#[derive(InputObject)]
pub struct CreateDeviceInput {
    /// The host name, unique within the tenant, 1 to 253 characters.
    hostname: String,
    /// The site it is at.
    site_id: Option<ID>,
    /// The management address, IPv4 or IPv6.
    ip_address: Option<String>,
    /// The model.
    model: Option<String>,
    /// The serial number.
    serial_number: Option<String>,
    /// Degrees north, −90 to 90.
    latitude: Option<f64>,
    /// Degrees east, −180 to 180.
    longitude: Option<f64>,
    /// Its interfaces, if known. A poller's later report replaces them.
    #[graphql(default)]
    interfaces: Vec<CreateInterfaceInput>,
}

/// An interface of a new device.
#[derive(InputObject)]
pub struct CreateInterfaceInput {
    /// The name on the device: `wlan1`, `ether1` …; unique within the device.
    name: String,
    /// The address.
    mac_address: MacAddress,
    /// The type as reported by the device: `wlan`, `wifi`, `ether`, `bridge` …
    #[graphql(name = "type")]
    kind: String,
}

/// Changes of a device. Omitted values stay unchanged; null clears a value.
#[derive(InputObject)]
pub struct UpdateDeviceInput {
    /// The device's id.
    id: ID,
    /// The host name, unique within the tenant, 1 to 253 characters. It cannot be cleared.
    hostname: MaybeUndefined<String>,
    /// The site it is at.
    site_id: MaybeUndefined<ID>,
    /// The management address, IPv4 or IPv6.
    ip_address: MaybeUndefined<String>,
    /// The model. A poller's report replaces it.
    model: MaybeUndefined<String>,
    /// The serial number. A poller's report replaces it.
    serial_number: MaybeUndefined<String>,
    /// Degrees north, −90 to 90.
    latitude: MaybeUndefined<f64>,
    /// Degrees east, −180 to 180.
    longitude: MaybeUndefined<f64>,
    /// All its interfaces: omitted ones are deleted, an interface that keeps its name keeps its
    /// id. A poller's later report replaces them. If an address moves to another device, its links
    /// move there with the next poll that lists it.
    interfaces: Option<Vec<CreateInterfaceInput>>,
}

/// A deleted device.
#[derive(SimpleObject)]
pub struct DeletedDevice {
    /// Its former id.
    id: ID,
    /// How many links were deleted with it. Their events are kept; the last one has the reason
    /// `FORGOTTEN`.
    links: u64,
    /// How many interfaces were deleted with it.
    interfaces: u64,
    /// Whether thresholds were set for it; they are deleted too.
    had_policy: bool,
}

#[Object]
impl DevicesMutation {
    /// Creates up to 1,000 devices: all of them, or none. For operators and above.
    async fn create_devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new devices.")] input: Vec<CreateDeviceInput>,
    ) -> Result<Vec<Device>, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let new = input
            .into_iter()
            .map(new_device)
            .collect::<Result<Vec<_>, _>>()?;
        let rows = create_devices(&permit, &request.databases().api, new).await?;
        request.renew();
        Ok(rows
            .into_iter()
            .map(|row| Device::new(Arc::new(row)))
            .collect())
    }

    /// Changes what is given of a device. For operators and above.
    async fn update_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which device, and what is to change.")] input: UpdateDeviceInput,
    ) -> Result<Device, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let id = parse_id("device", &input.id)?;
        let updated = update_device(&permit, &request.databases().api, id, changes(input)?).await?;
        let announcer = ctx.data_unchecked::<Announcer>();
        announcer
            .changed(permit.scope().tenant(), &updated.aps)
            .await;
        request.renew();
        Ok(Device::new(Arc::new(updated.row)))
    }

    /// Deletes a device with its interfaces, its links as AP and as CPE, its thresholds and its
    /// poll data. The events of its links are kept. For operators and above.
    async fn delete_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The device's id.")] id: ID,
    ) -> Result<DeletedDevice, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let device: DeviceId = parse_id("device", &id)?;
        let announcer = ctx.data_unchecked::<Announcer>();
        let known = announcer.known(permit.scope().tenant()).await;
        let deleted = delete_device(&permit, &request.databases().api, device, known).await?;
        announcer.announce(&deleted.events).await;
        request.renew();
        Ok(DeletedDevice {
            id: device.0.into(),
            links: deleted.events.len() as u64,
            interfaces: deleted.interfaces,
            had_policy: deleted.had_policy,
        })
    }
}

fn new_device(input: CreateDeviceInput) -> Result<NewDevice, ApiError> {
    Ok(NewDevice {
        hostname: input.hostname,
        site_id: input.site_id.map(|id| parse_id("site", &id)).transpose()?,
        ip_address: input.ip_address.as_deref().map(ip_address).transpose()?,
        model: input.model,
        serial_number: input.serial_number,
        latitude: input.latitude,
        longitude: input.longitude,
        interfaces: input.interfaces.into_iter().map(Into::into).collect(),
    })
}

fn changes(input: UpdateDeviceInput) -> Result<DeviceChanges, ApiError> {
    let site = input.site_id.map_value(|id| parse_id("site", &id));
    let address = input.ip_address.map_value(|text| ip_address(&text));
    Ok(DeviceChanges {
        hostname: required("hostname", input.hostname)?,
        site_id: optional(site.transpose()?),
        ip_address: optional(address.transpose()?.map_value(Into::into)),
        model: optional(input.model),
        serial_number: optional(input.serial_number),
        latitude: optional(input.latitude),
        longitude: optional(input.longitude),
        interfaces: input
            .interfaces
            .map(|set| set.into_iter().map(Into::into).collect()),
    })
}

fn ip_address(text: &str) -> Result<IpAddr, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_input(format!("{text:?} is no IP address")))
}

impl From<CreateInterfaceInput> for NewInterface {
    fn from(new: CreateInterfaceInput) -> Self {
        Self {
            name: new.name,
            mac: new.mac_address.0,
            kind: new.kind,
        }
    }
}
