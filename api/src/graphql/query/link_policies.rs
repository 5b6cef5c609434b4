//! `linkPolicy`.

use async_graphql::{Context, ID, Object};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::scalar::parse_id;
use crate::graphql::types::link_policy::LinkPolicy;
use crate::link_policy::Place;

/// Reading link policies.
#[derive(Default)]
pub struct LinkPoliciesQuery;

#[Object]
impl LinkPoliciesQuery {
    /// The effective thresholds for the tenant, for the APs of a site, or for one AP.
    async fn link_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For the APs at this site.")] site_id: Option<ID>,
        #[graphql(desc = "For this AP. Without either id, for the tenant.")] device_id: Option<ID>,
    ) -> Result<LinkPolicy, ApiError> {
        let place = place(site_id.as_ref(), device_id.as_ref())?;
        let reads = ctx.reads()?;
        let tx = reads.tx().await?;
        let rows = place.reach(tx).await?.rows(tx).await?;
        Ok(LinkPolicy::new(place, rows))
    }
}

/// The place that arguments name.
pub fn place(site_id: Option<&ID>, device_id: Option<&ID>) -> Result<Place, ApiError> {
    match (site_id, device_id) {
        (None, None) => Ok(Place::Tenant),
        (Some(site), None) => Ok(Place::Site(parse_id("site", site)?)),
        (None, Some(device)) => Ok(Place::Device(parse_id("device", device)?)),
        (Some(_), Some(_)) => Err(ApiError::bad_input(
            "give a siteId or a deviceId or neither, not both",
        )),
    }
}
