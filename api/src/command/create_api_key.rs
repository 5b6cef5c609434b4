//! Making an API key. Its text leaves with the answer and is kept nowhere.

use chrono::{DateTime, Utc};
use entity::args;
use entity::database::Database;
use entity::ids::ApiKeyId;
use entity::model::api_key::{ApiKeyRole, Model};
use entity::tx::TenantTx;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::text;
use crate::auth::api_key::text::NewKey;
use crate::error::{ApiError, chain};
use crate::limits;
use crate::permit::policy::CreateApiKey;
use crate::permit::proof::Permit;

/// What is asked for.
pub struct NewApiKey {
    /// For people to know it by.
    pub name: String,
    /// What its bearer may do. No key has the platform role.
    pub role: ApiKeyRole,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

const INSERT: &str = "
    INSERT INTO api_keys (tenant_id, id, name, key_hash, role, created_at, expires_at)
    SELECT $1, $2, $3, $4, $5, $6, $7 FROM tenants WHERE id = $1";

/// Makes a key; returns its row, and the text that opens.
pub async fn create_api_key(
    permit: &Permit<CreateApiKey>,
    database: &Database,
    new: NewApiKey,
) -> Result<(Model, String), ApiError> {
    let now = Utc::now();
    let name = text::name("an API key's name", &new.name, 200)?;
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(ApiError::bad_input(
            "expiresAt lies in the past; give a later time, or none for a key without end",
        ));
    }
    let key = NewKey::generate().map_err(|error| {
        tracing::error!(error = %chain(&error), "the system gives no random bytes");
        ApiError::unavailable("no key can be made now; try again")
    })?;
    let tx = database.write(permit.scope()).await?;
    check_count(&tx, now).await?;
    let row = Model {
        tenant_id: tx.tenant(),
        id: ApiKeyId::new(),
        name,
        key_hash: key.hash().as_bytes().to_vec(),
        role: new.role,
        created_at: now,
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    insert(&tx, &row).await?;
    tx.commit().await?;
    Ok((row, key.reveal()))
}

async fn insert(tx: &TenantTx, row: &Model) -> Result<(), ApiError> {
    let values = args![
        row.tenant_id,
        row.id,
        &row.name,
        &row.key_hash,
        row.role,
        row.created_at,
        row.expires_at,
    ]?;
    match tx.execute(INSERT, values).await? {
        0 => Err(ApiError::not_found("tenant", row.tenant_id)),
        _ => Ok(()),
    }
}

/// Every key in use is looked at once a second.
async fn check_count(tx: &TenantTx, now: DateTime<Utc>) -> Result<(), ApiError> {
    use entity::model::api_key::{Column, Entity};
    let good = Entity::find()
        .filter(Column::TenantId.eq(tx.tenant()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ExpiresAt.is_null().or(Column::ExpiresAt.gt(now)));
    let count = usize::try_from(good.count(tx).await?).unwrap_or(usize::MAX);
    if count >= limits::API_KEYS {
        return Err(ApiError::limit(
            "API keys that are neither revoked nor expired",
            count + 1,
            limits::API_KEYS,
        ));
    }
    Ok(())
}
