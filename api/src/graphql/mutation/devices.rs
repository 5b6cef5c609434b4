//! `createDevices`.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};

use crate::command::create_devices::{NewDevice, NewInterface, create_devices};
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::scalar::{MacAddress, parse_id};
use crate::graphql::types::device::Device;
use crate::permit::proof::Permit;

/// Changing devices.
#[derive(Default)]
pub struct DevicesMutation;

/// A new device.
#[derive(InputObject)]
pub struct CreateDeviceInput {
    /// The host name, unique within the tenant, 1 to 253 characters.
    hostname: String,
    /// Where it stands.
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
    /// Its interfaces, if they are known already. A poller's snapshot replaces them.
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
    /// The kind as the device calls it: `wlan`, `wifi`, `ether`, `bridge` …
    #[graphql(name = "type")]
    kind: String,
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
}

fn new_device(input: CreateDeviceInput) -> Result<NewDevice, ApiError> {
    let ip_address = input.ip_address.map(|text| {
        text.parse()
            .map_err(|_| ApiError::bad_input(format!("{text:?} is no IP address")))
    });
    Ok(NewDevice {
        hostname: input.hostname,
        site_id: input.site_id.map(|id| parse_id("site", &id)).transpose()?,
        ip_address: ip_address.transpose()?,
        model: input.model,
        serial_number: input.serial_number,
        latitude: input.latitude,
        longitude: input.longitude,
        interfaces: input
            .interfaces
            .into_iter()
            .map(|new| NewInterface {
                name: new.name,
                mac: new.mac_address.0,
                kind: new.kind,
            })
            .collect(),
    })
}
