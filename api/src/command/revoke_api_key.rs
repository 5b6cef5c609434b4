//! Taking an API key back, for good.

use chrono::Utc;
use entity::args;
use entity::database::Database;
use entity::ids::ApiKeyId;
use entity::model::api_key::{Entity, Model};
use sea_orm::EntityTrait;

use crate::error::ApiError;
use crate::permit::policy::RevokeApiKey;
use crate::permit::proof::Permit;

/// Whoever revokes it again changes nothing: the first time stands.
const REVOKE: &str = "
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3) WHERE tenant_id = $1 AND id = $2";

/// Revokes the key; returns its row. Each API heeds it within two seconds.
pub async fn revoke_api_key(
    permit: &Permit<RevokeApiKey>,
    database: &Database,
    id: ApiKeyId,
) -> Result<Model, ApiError> {
    let tx = database.write(permit.scope()).await?;
    tx.execute(REVOKE, args![tx.tenant(), id, Utc::now()]?)
        .await?;
    let row = Entity::find_by_id((tx.tenant(), id)).one(&tx).await?;
    let row = row.ok_or_else(|| ApiError::not_found("API key", id))?;
    tx.commit().await?;
    Ok(row)
}
