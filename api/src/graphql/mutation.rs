//! The root of mutations: one file a noun.

use async_graphql::MergedObject;

pub mod tenants;
pub mod sites;
pub mod devices;
pub mod link_policies;

/// Everything that can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    tenants::TenantsMutation,
    sites::SitesMutation,
    devices::DevicesMutation,
    link_policies::LinkPoliciesMutation,
);
