//! Roles, and the function by which a transaction enters its tenant.

use sea_orm_migration::prelude::*;

use crate::protect::run;
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The body is the only place that knows how a tenant is set. A real `SET LOCAL` statement rather
/// than `set_config`, because Citus carries only the former to its workers.
const ENTER_TENANT: &str = "
    CREATE SCHEMA IF NOT EXISTS app;
    CREATE OR REPLACE FUNCTION app.enter_tenant(tenant uuid) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
        $body$ BEGIN EXECUTE format('SET LOCAL app.current_tenant = %L', tenant); END $body$;
    REVOKE ALL ON SCHEMA app FROM PUBLIC;
    REVOKE ALL ON FUNCTION app.enter_tenant(uuid) FROM PUBLIC;";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut sql = ENTER_TENANT.to_owned();
        for role in roles::ALL {
            sql.push_str(&create_role(role));
        }
        run(manager, &sql).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut sql = "DROP FUNCTION app.enter_tenant(uuid);".to_owned();
        for role in roles::ALL {
            sql.push_str(&drop_role(role));
        }
        sql.push_str("DROP SCHEMA app;");
        run(manager, &sql).await
    }
}

/// Roles belong to the whole server, so another database may have made them already. A migrator
/// that is no superuser is made a member, so that it may act as them.
fn create_role(role: &str) -> String {
    format!(
        "DO $$ BEGIN
             CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
         DO $$ BEGIN
             IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
                 GRANT {role} TO CURRENT_USER;
             END IF;
         END $$;
         GRANT USAGE ON SCHEMA app TO {role};
         GRANT EXECUTE ON FUNCTION app.enter_tenant(uuid) TO {role};
         GRANT SELECT ON seaql_migrations TO {role};"
    )
}

/// Takes the role's rights here; the role itself stays while another database needs it.
fn drop_role(role: &str) -> String {
    format!(
        "REVOKE ALL ON SCHEMA app FROM {role};
         REVOKE ALL ON seaql_migrations FROM {role};
         DO $$ BEGIN
             DROP ROLE {role};
         EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL; END $$;"
    )
}
