//! Sets the plan up in wisplink.
//!
//! # Invariants
//! - What is there already, by name, is taken as it is: setting up twice makes nothing twice.

use std::collections::HashMap;

use entity::ids::{DeviceId, SiteId, TenantId};
use serde_json::{Value, json};

use super::error::SimulateError;
use super::graphql::{GraphqlClient, Named};
use super::network::{Network, Tenant};
use super::plan::{DevicePlan, SitePlan, TenantPlan};

/// Some 100 KB of JSON, well within what a request may have.
const DEVICES_AT_ONCE: usize = 200;

const TENANTS: &str = "
    query($after: String) {
      page: tenants(first: 500, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
    }";
const SITES: &str = "
    query($after: String) {
      page: sites(first: 500, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
    }";
const DEVICES: &str = "
    query($after: String) {
      page: devices(first: 500, after: $after) {
        nodes { id name: hostname } pageInfo { hasNextPage endCursor }
      }
    }";
const CREATE_TENANT: &str = "
    mutation($input: CreateTenantInput!) { made: createTenant(input: $input) { id name } }";
const CREATE_SITE: &str = "
    mutation($input: CreateSiteInput!) { made: createSite(input: $input) { id name } }";
const CREATE_DEVICES: &str = "
    mutation($input: [CreateDeviceInput!]!) {
      made: createDevices(input: $input) { id name: hostname }
    }";

/// Makes what is missing, and says what is there then.
pub(super) async fn seed(
    client: &GraphqlClient,
    plans: Vec<TenantPlan>,
) -> Result<Network, SimulateError> {
    let known = client
        .list::<Named<TenantId>>(None, "listing the tenants", TENANTS)
        .await?;
    let known = by_name(known);
    let mut tenants = Vec::new();
    for plan in plans {
        let id = match known.get(plan.name) {
            Some(id) => *id,
            None => create_tenant(client, plan.name).await?,
        };
        tenants.push(seed_tenant(client, id, plan).await?);
    }
    Ok(Network { tenants })
}

async fn seed_tenant(
    client: &GraphqlClient,
    id: TenantId,
    plan: TenantPlan,
) -> Result<Tenant, SimulateError> {
    let tenant = Some(id);
    let mut sites = by_name(client.list(tenant, "listing the sites", SITES).await?);
    for site in &plan.sites {
        if !sites.contains_key(&site.name) {
            let made = client.create(tenant, "creating a site", CREATE_SITE, site_input(site));
            let made: Named<SiteId> = made.await?;
            sites.insert(made.name, made.id);
        }
    }
    let mut devices = by_name(client.list(tenant, "listing the devices", DEVICES).await?);
    let missing: Vec<Value> = plan
        .sites
        .iter()
        .flat_map(|site| site.devices().map(|device| (sites.get(&site.name), device)))
        .filter(|(_, device)| !devices.contains_key(&device.hostname))
        .map(|(site, device)| device_input(site.copied(), device))
        .collect();
    for batch in missing.chunks(DEVICES_AT_ONCE) {
        let made = client.create(tenant, "creating devices", CREATE_DEVICES, batch.into());
        let made: Vec<Named<DeviceId>> = made.await?;
        devices.extend(by_name(made));
    }
    tracing::debug!(tenant.id = %id, created = missing.len(), "the simulated devices are there");
    Tenant::new(id, plan, &devices)
}

async fn create_tenant(client: &GraphqlClient, name: &str) -> Result<TenantId, SimulateError> {
    let input = json!({ "name": name });
    let made: Named<TenantId> = client
        .create(None, "creating a tenant", CREATE_TENANT, input)
        .await?;
    Ok(made.id)
}

fn by_name<Id>(named: Vec<Named<Id>>) -> HashMap<String, Id> {
    named
        .into_iter()
        .map(|named| (named.name, named.id))
        .collect()
}

fn site_input(site: &SitePlan) -> Value {
    json!({
        "name": site.name,
        "latitude": site.place.latitude,
        "longitude": site.place.longitude,
        "elevationM": site.elevation_m,
    })
}

fn device_input(site: Option<SiteId>, device: &DevicePlan) -> Value {
    let interfaces = device.interfaces.iter().map(|interface| {
        json!({ "name": interface.name, "macAddress": interface.mac, "type": interface.kind })
    });
    json!({
        "hostname": device.hostname,
        "siteId": site,
        "ipAddress": device.ip_address,
        "model": device.model,
        "serialNumber": device.serial_number,
        "latitude": device.place.latitude,
        "longitude": device.place.longitude,
        "interfaces": interfaces.collect::<Vec<_>>(),
    })
}
