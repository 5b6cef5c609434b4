//! Creating a tenant.

use chrono::Utc;
use entity::args;
use entity::database::Database;
use entity::error::is_duplicate;
use entity::ids::TenantId;
use entity::model::tenant;

use super::text;
use crate::error::ApiError;
use crate::permit::policy::CreateTenant;
use crate::permit::proof::PlatformPermit;

const INSERT: &str = "
    INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)";

/// Creates a tenant named `name`, in a transaction of the platform role.
pub async fn create_tenant(
    _permit: &PlatformPermit<CreateTenant>,
    platform: &Database,
    name: String,
) -> Result<tenant::Model, ApiError> {
    let name = text::name("a tenant's name", &name, 200)?;
    let now = Utc::now();
    let row = tenant::Model {
        id: TenantId::new(),
        name,
        created_at: now,
        updated_at: now,
    };
    let tx = platform.system().await?;
    tx.execute(INSERT, args![row.id, &row.name, row.created_at]?)
        .await
        .map_err(|error| {
            if is_duplicate(&error) {
                return ApiError::conflict(format!(
                    "there is already a tenant named {:?}",
                    row.name
                ));
            }
            error.into()
        })?;
    tx.commit().await?;
    Ok(row)
}
