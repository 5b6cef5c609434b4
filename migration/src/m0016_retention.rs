//! History's end: functions by which the worker drops what was kept long enough.
//!
//! The ingest role owns no table and deletes no history. The owner's functions do it, and only
//! this: a partition of one of the two parents, and strays in a default partition, when all of it
//! is older than a number of days. How old something is, the database's clock says.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is there. `pg_partition_tree` sees and locks what exists now, not what existed when an old
/// snapshot was taken: what it names cannot be dropped before the transaction ends.
const BOUNDS: &str = "
    CREATE FUNCTION app.partition_bounds(parent text)
        RETURNS TABLE (name text, lower timestamptz, upper timestamptz) LANGUAGE sql STABLE
        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $body$
        SELECT c.relname::text, bound[1]::timestamptz, bound[2]::timestamptz
        FROM pg_partition_tree(('public.' || quote_ident(parent))::regclass) AS p
        JOIN pg_class c ON c.oid = p.relid
        CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid),
            $re$FROM \\('(.+)'\\) TO \\('(.+)'\\)$re$) AS bound
        WHERE p.isleaf AND bound IS NOT NULL
    $body$;

    CREATE FUNCTION app.raw_history_from() RETURNS timestamptz LANGUAGE sql STABLE
        SET search_path = pg_catalog, pg_temp AS $body$
        SELECT min(lower) FROM app.partition_bounds('poll_history')
    $body$;";

/// An hour's grace: a poll that is just young enough to be kept may still be on its way.
const DUE: &str = "
    CREATE FUNCTION app.kept_from(days integer) RETURNS timestamptz LANGUAGE sql STABLE
        SET search_path = pg_catalog, pg_temp AS $body$
        SELECT date_trunc('day', now() - interval '1 hour' - days * interval '1 day', 'UTC')
    $body$;

    CREATE FUNCTION app.due_partitions(parent text, days integer)
        RETURNS TABLE (name text, lower timestamptz, upper timestamptz) LANGUAGE sql STABLE
        SET search_path = pg_catalog, pg_temp AS $body$
        SELECT p.* FROM app.partition_bounds(parent) AS p
        WHERE p.upper <= app.kept_from(days) ORDER BY p.lower
    $body$;

    CREATE FUNCTION app.check_retention(parent text, days integer) RETURNS void LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
        IF parent IS NULL OR parent NOT IN ('poll_history', 'signal_hourly') THEN
            RAISE '% is no history', parent;
        END IF;
        IF days IS NULL OR days < 1 THEN RAISE 'history is kept a day at least'; END IF;
    END $body$;";

/// Dropping a partition locks the parent. Rather not now than with everybody waiting behind.
const DROP_PARTITION: &str = "
    CREATE FUNCTION app.drop_partition(parent text, name text, days integer) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        SET lock_timeout = '2s' AS $body$
    BEGIN
        PERFORM app.check_retention(parent, days);
        IF NOT EXISTS (SELECT FROM app.due_partitions(parent, days) AS due
            WHERE due.name = drop_partition.name)
        THEN RETURN false; END IF;
        EXECUTE format('DROP TABLE public.%I', name);
        RETURN true;
    END $body$;";

/// Strays are rows whose partition was missing when they came. They are the tenant's whose
/// transaction it is; polls stay as long as partitions of their time or an earlier one are there,
/// so that history has one beginning.
const FORGET_STRAYS: &str = "
    CREATE FUNCTION app.forget_strays(parent text, days integer) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        tenant uuid := current_setting('app.current_tenant')::uuid;
        forgotten bigint;
    BEGIN
        PERFORM app.check_retention(parent, days);
        IF parent = 'poll_history' THEN
            DELETE FROM public.poll_history_default WHERE tenant_id = tenant
                AND collected_at < least(app.kept_from(days), app.raw_history_from());
        ELSE
            DELETE FROM public.signal_hourly_default WHERE tenant_id = tenant
                AND hour < app.kept_from(days);
        END IF;
        GET DIAGNOSTICS forgotten = ROW_COUNT;
        RETURN forgotten;
    END $body$;";

const GRANTS: &str = "
    REVOKE ALL ON FUNCTION app.partition_bounds(text), app.raw_history_from(),
        app.kept_from(integer), app.due_partitions(text, integer),
        app.check_retention(text, integer), app.drop_partition(text, text, integer),
        app.forget_strays(text, integer) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION app.partition_bounds(text), app.raw_history_from()
        TO wisplink_api, wisplink_ingest;
    GRANT EXECUTE ON FUNCTION app.kept_from(integer), app.due_partitions(text, integer),
        app.drop_partition(text, text, integer), app.forget_strays(text, integer)
        TO wisplink_ingest;";

const DROP: &str = "
    DROP FUNCTION IF EXISTS app.forget_strays(text, integer);
    DROP FUNCTION IF EXISTS app.drop_partition(text, text, integer);
    DROP FUNCTION IF EXISTS app.check_retention(text, integer);
    DROP FUNCTION IF EXISTS app.due_partitions(text, integer);
    DROP FUNCTION IF EXISTS app.kept_from(integer);
    DROP FUNCTION IF EXISTS app.raw_history_from();
    DROP FUNCTION IF EXISTS app.partition_bounds(text);";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `fresh` drops tables only, so the functions of an earlier life may still be there.
        run(
            manager,
            &[DROP, BOUNDS, DUE, DROP_PARTITION, FORGET_STRAYS, GRANTS].concat(),
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DROP).await
    }
}
