//! The root of queries: one file a field family.

use async_graphql::MergedObject;

pub mod viewer;
pub mod link_filter;
pub mod links;
pub mod devices;
pub mod sites;
pub mod link_policies;
pub mod tenants;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    viewer::ViewerQuery,
    links::LinksQuery,
    devices::DevicesQuery,
    sites::SitesQuery,
    link_policies::LinkPoliciesQuery,
    tenants::TenantsQuery,
);
