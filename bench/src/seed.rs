//! Makes a fleet in the database, set by set.

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use crate::failure::{Doing as _, Failure};
use crate::fleet::Fleet;

/// The twins of [`crate::fleet::id`] and [`crate::fleet::mac`].
const NAMES: &str = "
    CREATE SCHEMA IF NOT EXISTS bench;
    CREATE OR REPLACE FUNCTION bench.id(tenant integer, kind integer, n integer) RETURNS uuid
        LANGUAGE sql IMMUTABLE AS $$ SELECT ('0190' || lpad(to_hex(tenant), 8, '0') || '7'
            || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid $$;
    CREATE OR REPLACE FUNCTION bench.mac(tenant integer, n integer, i integer) RETURNS macaddr
        LANGUAGE sql IMMUTABLE AS $$ SELECT ('6c' || 3 + i || lpad(to_hex(tenant), 4, '0')
            || lpad(to_hex(n), 5, '0'))::macaddr $$;";

/// Makes `fleet` and has PostgreSQL look at it, so that plans know how much there is.
pub(crate) async fn seed(session: &mut PgConnection, fleet: Fleet) -> Result<(), Failure> {
    session.execute(NAMES).await.doing("naming things")?;
    let numbers = [
        ("{first}", fleet.first),
        ("{last}", fleet.tenants().end - 1),
        ("{sites}", fleet.sites),
        ("{aps}", fleet.aps),
        ("{clients}", fleet.clients),
    ];
    let mut sql = include_str!("seed.sql").to_owned();
    for (name, number) in numbers {
        sql = sql.replace(name, &number.to_string());
    }
    // What refers to what is known to be right, and a million look-ups would only say so.
    let sql =
        format!("SET session_replication_role = replica; {sql}; RESET session_replication_role");
    session.execute(AssertSqlSafe(sql)).await.doing("seeding")?;
    session
        .execute("VACUUM ANALYZE")
        .await
        .doing("looking at what was seeded")?;
    Ok(())
}

/// Every table whose rows are a tenant's.
const EMPTY: &str = "
    DO $$ DECLARE theirs text; BEGIN
        SELECT string_agg(c.oid::regclass::text, ', ') INTO theirs
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relnamespace = 'public'::regnamespace;
        EXECUTE 'TRUNCATE tenants, ' || theirs || ' CASCADE';
    END $$";

/// Takes all networks out of the database. Positions in streams stay.
pub(crate) async fn empty(session: &mut PgConnection) -> Result<(), Failure> {
    session
        .execute(EMPTY)
        .await
        .doing("emptying the database")?;
    Ok(())
}
