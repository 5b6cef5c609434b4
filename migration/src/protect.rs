//! The one way to make a table.
//!
//! # Invariants
//! - `tenant_id` is the first column, the first column of the primary key, and in every other key.
//! - Row-level security is enabled and forced, on partitions, too.
//! - The policy has no second argument to `current_setting`: a statement without a tenant fails
//!   loudly instead of finding nothing. It has no sub-select: Citus refuses those.

use std::fmt::Write as _;

use sea_orm_migration::prelude::*;

/// What a role may do with a table.
pub(crate) struct Grant {
    pub(crate) role: &'static str,
    /// As in SQL: `SELECT, INSERT`.
    pub(crate) privileges: &'static str,
}

/// A table whose rows belong to tenants.
pub(crate) struct TenantTable {
    pub(crate) name: &'static str,
    /// Columns, checks and keys behind `tenant_id`; each key names `tenant_id` first.
    pub(crate) body: &'static str,
    /// What follows the closing bracket: storage parameters or partitioning.
    pub(crate) storage: &'static str,
    /// Statements that make the indexes.
    pub(crate) indexes: &'static [&'static str],
    pub(crate) grants: &'static [Grant],
}

/// Makes a tenant's table: key, policy and grants included.
pub(crate) async fn create_table(
    manager: &SchemaManager<'_>,
    table: &TenantTable,
) -> Result<(), DbErr> {
    let TenantTable {
        name,
        body,
        storage,
        indexes,
        grants,
    } = table;
    let mut sql = format!("CREATE TABLE {name} (tenant_id uuid NOT NULL, {body}) {storage};");
    for index in *indexes {
        let _ = write!(sql, "{index};");
    }
    sql.push_str(&secure(name, "tenant_id"));
    for Grant { role, privileges } in *grants {
        let _ = write!(sql, "GRANT {privileges} ON {name} TO {role};");
    }
    run(manager, &sql).await
}

/// Drops a table made by [`create_table`].
pub(crate) async fn drop_table(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    run(manager, &format!("DROP TABLE {name};")).await
}

/// The statements that put row-level security on a table. `owner` is the column with the tenant.
pub(crate) fn secure(name: &str, owner: &str) -> String {
    format!(
        "ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
         CREATE POLICY tenant ON {name}
             USING ({owner} = current_setting('app.current_tenant')::uuid)
             WITH CHECK ({owner} = current_setting('app.current_tenant')::uuid);
         REVOKE ALL ON {name} FROM PUBLIC;"
    )
}

/// Runs statements. A lock that is not to be had within two seconds fails the change instead of
/// holding up everybody who queues behind it.
pub(crate) async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let sql = format!("SET LOCAL lock_timeout = '2s'; {sql}");
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}
