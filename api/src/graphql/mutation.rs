//! The root of mutations: one file a noun.

use async_graphql::MergedObject;

pub mod tenants;
pub mod sites;
pub mod devices;
pub mod links;
pub mod link_policies;
pub mod api_keys;
pub mod changed;

/// Everything that can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    tenants::TenantsMutation,
    sites::SitesMutation,
    devices::DevicesMutation,
    links::LinksMutation,
    link_policies::LinkPoliciesMutation,
    api_keys::ApiKeysMutation,
);
