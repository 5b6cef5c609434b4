//! `app.make_partitions`: the history's partitions, made ahead.
//!
//! The ingest role owns no table, so a function of the owner's makes them for it. It takes days
//! only, and repeats what [`crate::protect`] does: row-level security, no grants.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const FUNCTION: &str = "
    CREATE FUNCTION app.make_partition(parent text, name text, lower date, upper date)
        RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
        IF to_regclass('public.' || quote_ident(name)) IS NOT NULL THEN RETURN false; END IF;
        BEGIN
            EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)', name,
                parent, lower::timestamp AT TIME ZONE 'UTC', upper::timestamp AT TIME ZONE 'UTC');
        EXCEPTION WHEN check_violation THEN
            -- The other days' must be made all the same, or their rows would go there, too.
            RAISE WARNING '% is not made: rows of that time are in the default partition', name;
            RETURN false;
        END;
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON public.%I
            USING (tenant_id = current_setting(''app.current_tenant'')::uuid)
            WITH CHECK (tenant_id = current_setting(''app.current_tenant'')::uuid)', name);
        EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC', name);
        RETURN true;
    END $body$;

    CREATE FUNCTION app.make_partitions(first date, last date) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        day date := first;
        made integer := 0;
    BEGIN
        IF last - first > 100 THEN RAISE 'at most 100 days at once'; END IF;
        -- One maker at a time, or two would try to make the same partition.
        PERFORM pg_advisory_xact_lock(hashtext('app.make_partitions'));
        WHILE day <= last LOOP
            made := made + app.make_partition('poll_history',
                'poll_history_' || to_char(day, 'YYYYMMDD'), day, day + 1)::integer;
            made := made + app.make_partition('signal_hourly',
                'signal_hourly_' || to_char(day, 'YYYYMM'), date_trunc('month', day)::date,
                (date_trunc('month', day) + interval '1 month')::date)::integer;
            day := day + 1;
        END LOOP;
        RETURN made;
    END $body$;

    REVOKE ALL ON FUNCTION app.make_partition(text, text, date, date) FROM PUBLIC;
    REVOKE ALL ON FUNCTION app.make_partitions(date, date) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION app.make_partitions(date, date) TO wisplink_ingest;";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `fresh` drops tables only, so the functions of an earlier life may still be there.
        run(manager, &format!("{DROP} {FUNCTION}")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DROP).await
    }
}

const DROP: &str = "
    DROP FUNCTION IF EXISTS app.make_partitions(date, date);
    DROP FUNCTION IF EXISTS app.make_partition(text, text, date, date);";
