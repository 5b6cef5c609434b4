//! Creating a site.

use chrono::Utc;
use entity::database::Database;
use entity::ids::SiteId;
use entity::model::site;
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::text;
use crate::error::{ApiError, on_insert};
use crate::permit::policy::CreateSite;
use crate::permit::proof::Permit;

/// What is known of a new site.
pub struct NewSite {
    /// The name, unique within the tenant.
    pub name: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The postal address.
    pub address: Option<String>,
    /// Metres above sea level.
    pub elevation_m: Option<i32>,
}

/// Creates a site.
pub async fn create_site(
    permit: &Permit<CreateSite>,
    database: &Database,
    new: NewSite,
) -> Result<site::Model, ApiError> {
    let now = Utc::now();
    let row = site::Model {
        tenant_id: permit.scope().tenant(),
        id: SiteId::new(),
        name: text::name("a site's name", &new.name, 200)?,
        latitude: text::degrees("latitude", new.latitude, 90.0)?,
        longitude: text::degrees("longitude", new.longitude, 180.0)?,
        address: text::optional("a site's address", new.address, 1_000)?,
        elevation_m: new.elevation_m,
        created_at: now,
        updated_at: now,
    };
    let tx = database.write(permit.scope()).await?;
    row.clone()
        .into_active_model()
        .reset_all()
        .insert(&tx)
        .await
        .map_err(|error| {
            on_insert(error, tx.tenant(), || {
                format!("there is already a site named {:?}", row.name)
            })
        })?;
    tx.commit().await?;
    Ok(row)
}
