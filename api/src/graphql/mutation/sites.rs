//! `createSite`.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object};

use crate::command::create_site::{NewSite, create_site};
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::types::site::Site;
use crate::permit::proof::Permit;

/// Changing sites.
#[derive(Default)]
pub struct SitesMutation;

/// A new site.
#[derive(InputObject)]
pub struct CreateSiteInput {
    /// The name, unique within the tenant, 1 to 200 characters.
    name: String,
    /// Degrees north, −90 to 90.
    latitude: Option<f64>,
    /// Degrees east, −180 to 180.
    longitude: Option<f64>,
    /// The postal address.
    address: Option<String>,
    /// Metres above sea level.
    elevation_m: Option<i32>,
}

#[Object]
impl SitesMutation {
    /// Creates a site. For operators and above.
    async fn create_site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new site.")] input: CreateSiteInput,
    ) -> Result<Site, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let CreateSiteInput {
            name,
            latitude,
            longitude,
            address,
            elevation_m,
        } = input;
        let new = NewSite {
            name,
            latitude,
            longitude,
            address,
            elevation_m,
        };
        let row = create_site(&permit, &request.databases().api, new).await?;
        request.renew();
        Ok(Site::new(Arc::new(row)))
    }
}
