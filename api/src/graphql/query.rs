//! The root of queries: one file a field family.

use async_graphql::MergedObject;

pub mod viewer;
pub mod node;
pub mod order;
pub mod link_filter;
pub mod link_order;
pub mod links;
pub mod link_events;
pub mod device_filter;
pub mod device_order;
pub mod devices;
pub mod unknown_clients;
pub mod site_order;
pub mod sites;
pub mod link_policies;
pub mod tenants;
pub mod api_keys;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    viewer::ViewerQuery,
    node::NodeQuery,
    links::LinksQuery,
    link_events::LinkEventsQuery,
    devices::DevicesQuery,
    unknown_clients::UnknownClientsQuery,
    sites::SitesQuery,
    link_policies::LinkPoliciesQuery,
    tenants::TenantsQuery,
    api_keys::ApiKeysQuery,
);
