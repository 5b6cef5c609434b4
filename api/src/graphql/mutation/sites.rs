//! `createSite`, `updateSite`, `deleteSite`.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::ids::SiteId;

use crate::command::create_site::{NewSite, create_site};
use crate::command::delete_site::delete_site;
use crate::command::update_site::{SiteChanges, update_site};
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::mutation::changed::{optional, required};
use crate::graphql::scalar::parse_id;
use crate::graphql::types::site::Site;
use crate::live::announce::Announcer;
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

/// Changes of a site. Omitted values stay unchanged; null clears a value.
#[derive(InputObject)]
pub struct UpdateSiteInput {
    /// The site's id.
    id: ID,
    /// The name, unique within the tenant, 1 to 200 characters. It cannot be cleared.
    name: MaybeUndefined<String>,
    /// Degrees north, −90 to 90.
    latitude: MaybeUndefined<f64>,
    /// Degrees east, −180 to 180.
    longitude: MaybeUndefined<f64>,
    /// The postal address.
    address: MaybeUndefined<String>,
    /// Metres above sea level.
    elevation_m: MaybeUndefined<i32>,
}

/// A deleted site.
#[derive(SimpleObject)]
pub struct DeletedSite {
    /// Its former id.
    id: ID,
    /// How many devices were at the site. They are kept, without a site.
    devices: usize,
    /// Whether thresholds were set for it; they are deleted too.
    had_policy: bool,
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

    /// Changes what is given of a site. For operators and above.
    async fn update_site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which site, and what is to change.")] input: UpdateSiteInput,
    ) -> Result<Site, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let id = parse_id("site", &input.id)?;
        let changes = SiteChanges {
            name: required("name", input.name)?,
            latitude: optional(input.latitude),
            longitude: optional(input.longitude),
            address: optional(input.address),
            elevation_m: optional(input.elevation_m),
        };
        let row = update_site(&permit, &request.databases().api, id, changes).await?;
        request.renew();
        Ok(Site::new(Arc::new(row)))
    }

    /// Deletes a site, and the thresholds set for it. Its devices stay. For operators and above.
    async fn delete_site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The site's id.")] id: ID,
    ) -> Result<DeletedSite, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let site: SiteId = parse_id("site", &id)?;
        let deleted = delete_site(&permit, &request.databases().api, site).await?;
        let announcer = ctx.data_unchecked::<Announcer>();
        announcer
            .changed(permit.scope().tenant(), &deleted.aps)
            .await;
        request.renew();
        Ok(DeletedSite {
            id: site.0.into(),
            devices: deleted.devices,
            had_policy: deleted.had_policy,
        })
    }
}
