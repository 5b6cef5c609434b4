//! Clearing a link policy: nothing is said at a place any more, the wider scopes decide.

use entity::args;
use entity::database::Database;
use entity::model::link_policy::Model;
use entity::tx::TenantTx;

use crate::error::ApiError;
use crate::link_policy::Place;
use crate::permit::policy::ClearLinkPolicy;
use crate::permit::proof::Permit;

const CLEAR: &str =
    "DELETE FROM link_policies WHERE tenant_id = $1 AND scope = $2 AND scope_id = $3";

/// Clears what is set at `place`, if anything is; returns the rows that concern it afterwards.
pub async fn clear_link_policy(
    permit: &Permit<ClearLinkPolicy>,
    database: &Database,
    place: Place,
) -> Result<Vec<Model>, ApiError> {
    let tx = database.write(permit.scope()).await?;
    let reach = place.reach(&tx).await?;
    clear(&tx, place).await?;
    let rows = reach.rows(&tx).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Clears what is set at `place`; returns whether anything was.
pub(super) async fn clear(tx: &TenantTx, place: Place) -> Result<bool, sqlx::Error> {
    let arguments = args![tx.tenant(), place.scope(), place.id(tx.tenant())]?;
    Ok(tx.execute(CLEAR, arguments).await? > 0)
}
