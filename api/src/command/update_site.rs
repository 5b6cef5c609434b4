//! Changing a site: what is given, and nothing else.

use chrono::Utc;
use entity::database::Database;
use entity::ids::SiteId;
use entity::model::site;
use sea_orm::{ActiveModelTrait, ActiveValue, Set, Unchanged};

use super::{change, text};
use crate::error::{ApiError, on_update};
use crate::permit::policy::UpdateSite;
use crate::permit::proof::Permit;

/// What is to become of a site. What is not set stays as it is.
pub struct SiteChanges {
    /// The name, unique within the tenant.
    pub name: ActiveValue<String>,
    /// Degrees north.
    pub latitude: ActiveValue<Option<f64>>,
    /// Degrees east.
    pub longitude: ActiveValue<Option<f64>>,
    /// The postal address.
    pub address: ActiveValue<Option<String>>,
    /// Metres above sea level.
    pub elevation_m: ActiveValue<Option<i32>>,
}

/// Changes the site.
pub async fn update_site(
    permit: &Permit<UpdateSite>,
    database: &Database,
    id: SiteId,
    changes: SiteChanges,
) -> Result<site::Model, ApiError> {
    let name = change::checked(changes.name, |name| text::name("a site's name", &name, 200))?;
    let taken = match &name {
        Set(name) => format!("there is already a site named {name:?}"),
        _ => String::new(),
    };
    let row = site::ActiveModel {
        tenant_id: Unchanged(permit.scope().tenant()),
        id: Unchanged(id),
        name,
        latitude: change::checked(changes.latitude, |value| {
            text::degrees("latitude", value, 90.0)
        })?,
        longitude: change::checked(changes.longitude, |value| {
            text::degrees("longitude", value, 180.0)
        })?,
        address: change::checked(changes.address, |value| {
            text::optional("a site's address", value, 1_000)
        })?,
        elevation_m: changes.elevation_m,
        updated_at: Set(Utc::now()),
        ..Default::default()
    };
    let tx = database.write(permit.scope()).await?;
    let row = row
        .update(&tx)
        .await
        .map_err(|error| on_update(error, ("site", id), || taken))?;
    tx.commit().await?;
    Ok(row)
}
