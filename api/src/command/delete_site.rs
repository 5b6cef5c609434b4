//! Deleting a site: its policy goes with it; its devices stay and stand nowhere.

use chrono::Utc;
use entity::args;
use entity::database::Database;
use entity::ids::{DeviceId, SiteId};
use sqlx::Row as _;

use super::links;
use crate::command::clear_link_policy::clear;
use crate::error::ApiError;
use crate::link_policy::Place;
use crate::permit::policy::DeleteSite;
use crate::permit::proof::Permit;

/// What else changed with a site's deletion.
pub struct DeletedSite {
    /// How many devices stood there.
    pub devices: usize,
    /// The APs of their links: filters by site do not find these any more.
    pub aps: Vec<DeviceId>,
    /// Whether thresholds were set for it.
    pub had_policy: bool,
}

/// Whoever puts a device there waits, and finds no site.
const LOCK: &str = "SELECT FROM sites WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

const MOVE_OUT: &str = "
    UPDATE devices SET site_id = NULL, updated_at = $3 WHERE tenant_id = $1 AND site_id = $2
    RETURNING id";

const DELETE: &str = "DELETE FROM sites WHERE tenant_id = $1 AND id = $2";

/// Deletes the site.
pub async fn delete_site(
    permit: &Permit<DeleteSite>,
    database: &Database,
    id: SiteId,
) -> Result<DeletedSite, ApiError> {
    let tx = database.write(permit.scope()).await?;
    if tx.rows(LOCK, args![tx.tenant(), id]?).await?.is_empty() {
        return Err(ApiError::not_found("site", id));
    }
    let arguments = args![tx.tenant(), id, Utc::now()]?;
    let moved = tx.rows(MOVE_OUT, arguments).await?;
    let devices = moved.iter().map(|row| row.try_get(0));
    let devices = devices.collect::<Result<Vec<DeviceId>, _>>()?;
    let aps = links::aps(&tx, &devices).await?;
    let had_policy = clear(&tx, Place::Site(id)).await?;
    tx.execute(DELETE, args![tx.tenant(), id]?).await?;
    tx.commit().await?;
    Ok(DeletedSite {
        devices: devices.len(),
        aps,
        had_policy,
    })
}
