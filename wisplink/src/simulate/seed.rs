//! Sets the plan up in wisplink.
//!
//! # Invariants
//! - What is there already, by name, is taken as it is: setting up twice makes nothing twice.

use std::collections::HashMap;

use entity::ids::{DeviceId, SiteId, TenantId};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};

use super::error::SimulateError;
use super::graphql::{GraphqlClient, Named};
use super::moment::Moment;
use super::network::{Network, Tenant};
use super::plan::{DevicePlan, SitePlan, TenantPlan};

/// Requests on their way at the same time.
const REQUESTS: usize = 4;
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
    now: Moment,
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
        tenants.push(seed_tenant(client, id, plan, now).await?);
    }
    Ok(Network { tenants })
}

async fn seed_tenant(
    client: &GraphqlClient,
    id: TenantId,
    plan: TenantPlan,
    now: Moment,
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
    let missing = plan.sites.iter().flat_map(|site| {
        let inputs: Vec<_> = site
            .devices(now)
            .filter(|device| !devices.contains_key(&device.hostname))
            .map(|device| device_input(sites.get(&site.name).copied(), &device))
            .collect();
        let batches = inputs.chunks(DEVICES_AT_ONCE).map(Value::from);
        batches.collect::<Vec<_>>()
    });
    // One site's after the other's, so that no more of them stand in memory than are on their way.
    let made: Vec<_> = stream::iter(missing)
        .map(|batch| create_devices(client, id, batch))
        .buffer_unordered(REQUESTS)
        .try_collect()
        .await?;
    let created: usize = made.iter().map(Vec::len).sum();
    devices.extend(made.into_iter().flat_map(by_name));
    tracing::debug!(tenant = %id, rows = created, "the simulated devices are there");
    let is_new = created == devices.len();
    Tenant::new(id, plan, &devices, is_new)
}

async fn create_devices(
    client: &GraphqlClient,
    tenant: TenantId,
    batch: Value,
) -> Result<Vec<Named<DeviceId>>, SimulateError> {
    client
        .create(Some(tenant), "creating devices", CREATE_DEVICES, batch)
        .await
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
