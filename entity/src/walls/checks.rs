//! The list of holes that are looked for. Each entry is a query for two columns of text: what is
//! wrong, and the statement that mends it.

/// One kind of hole.
pub(super) struct Check {
    pub(super) finds: &'static str,
    /// What is said of what was found: the rest of a sentence.
    pub(super) fault: &'static str,
}

/// What the checks have in common.
///
/// - `me`: the role that asks, as the server sees it now.
/// - `ours`: the roles that work for callers.
/// - `tables`: tables whose rows belong to tenants, partitions included, and the column that says to
///   whom. That column's being there makes a table one of these, or its being `tenants`.
/// - `shape`: policies, and whether each is the one that every such table has.
/// - `rights`: what whom was granted on which relation or any of its columns.
/// - `ready`: relations and functions that came with an extension; those are the server's business.
pub(super) const COMMON: &str = r"
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
ours AS (
    SELECT oid FROM pg_roles
    WHERE rolname IN ('wisplink_api', 'wisplink_ingest', 'wisplink_platform', 'wisplink_auth')),
relations AS (
    SELECT c.*, c.oid::regclass::text AS name, n.nspname FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'),
tables AS (
    SELECT r.*, CASE r.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END AS owner_column
    FROM relations r WHERE r.relkind IN ('r', 'p') AND r.nspname IN ('public', 'app')
    AND (r.relname = 'tenants' OR EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = r.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))),
shape AS (
    SELECT p.*, t.name, t.relname, coalesce(
        p.polcmd = '*' AND p.polroles = '{0}' AND p.polpermissive
        AND pg_get_expr(p.polqual, t.oid) = pg_get_expr(p.polwithcheck, t.oid)
        AND pg_get_expr(p.polqual, t.oid) = format(
            '(%s = (current_setting(''app.current_tenant''::text))::uuid)', t.owner_column),
        false) AS fits
    FROM pg_policy p JOIN tables t ON t.oid = p.polrelid),
rights AS (
    SELECT g.*, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END AS who
    FROM (
        SELECT r.oid, r.relowner, a.grantee, a.privilege_type
        FROM relations r, aclexplode(r.relacl) a
        UNION SELECT r.oid, r.relowner, a.grantee, a.privilege_type
        FROM relations r JOIN pg_attribute c ON c.attrelid = r.oid, aclexplode(c.attacl) a
    ) g WHERE g.grantee <> g.relowner),
ready AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')";

/// In the order in which they are told.
pub(super) const ALL: [Check; 20] = [
    // === Who asks ===
    Check {
        finds: "SELECT rolname, format('ALTER ROLE %I NOSUPERUSER', rolname) FROM me WHERE rolsuper",
        fault: "is a superuser, whom no policy binds",
    },
    Check {
        finds: "SELECT rolname, format('ALTER ROLE %I NOBYPASSRLS', rolname) FROM me WHERE rolbypassrls",
        fault: "may go around every policy",
    },
    Check {
        finds: "SELECT rolname, format('ALTER ROLE %I NOCREATEROLE NOREPLICATION', rolname)
            FROM me WHERE rolcreaterole OR rolreplication",
        fault: "may take other roles' rights or copy the whole server",
    },
    Check {
        finds: "SELECT format('%I, a member of %I,', me.rolname, r.rolname),
                format('REVOKE %I FROM %I', r.rolname, me.rolname)
            FROM me JOIN pg_auth_members m ON m.member = me.oid
            JOIN pg_roles r ON r.oid = m.roleid",
        fault: "has that role's rights, too",
    },
    Check {
        finds: "SELECT r.name, format('ALTER TABLE %s OWNER TO the role that migrates', r.name)
            FROM relations r JOIN me ON me.oid = r.relowner WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f')",
        fault: "is owned by the role that serves, which may switch its policies off",
    },
    Check {
        finds: "SELECT 'app.current_tenant', format('ALTER DATABASE %I RESET app.current_tenant, \
                or ALTER ROLE ... RESET where the login sets it', current_database())
            WHERE coalesce(current_setting('app.current_tenant', true), '') <> ''",
        fault: "is set before a transaction sets it: a statement that forgets its tenant acts for one",
    },
    // === Tables ===
    Check {
        finds: "SELECT name, format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name)
            FROM tables WHERE NOT relrowsecurity",
        fault: "has no row-level security",
    },
    Check {
        finds: "SELECT name, format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', name)
            FROM tables WHERE NOT relforcerowsecurity",
        fault: "does not bind its owner to its policies",
    },
    Check {
        finds: "SELECT t.name, format('CREATE POLICY tenant ON %s USING (%2$s = x) WITH CHECK (%2$s = x), \
                where x is current_setting(''app.current_tenant'')::uuid', t.name, t.owner_column)
            FROM tables t WHERE NOT EXISTS (SELECT FROM shape WHERE polrelid = t.oid AND fits)",
        fault: "lacks the policy that keeps to the transaction's tenant",
    },
    // Permissive policies add up: each other one is a door. These two are meant: operators of the
    // platform see the list of tenants, and whose key it is becomes known by looking it up.
    Check {
        finds: "SELECT format('%s: policy %I', name, polname), format('DROP POLICY %I ON %s', polname, name)
            FROM shape WHERE polpermissive AND NOT fits AND NOT EXISTS (
                SELECT FROM (VALUES ('tenants', 'platform', '*', 'wisplink_platform'),
                    ('api_keys', 'auth', 'r', 'wisplink_auth')) AS door (on_table, name, command, role)
                WHERE shape.relname = door.on_table AND shape.polname = door.name
                AND shape.polcmd = door.command::\"char\"
                AND shape.polroles = ARRAY[to_regrole(door.role)]::oid[])",
        fault: "lets rows of other tenants through",
    },
    Check {
        finds: "SELECT format('%s: rule %I', t.name, r.rulename), format('DROP RULE %I ON %s', r.rulename, t.name)
            FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid",
        fault: "rewrites statements, and what it makes of them runs as the table's owner",
    },
    // === Keys ===
    Check {
        finds: "SELECT format('%s: %s', t.name, i.indexrelid::regclass), \
                'make the key anew with tenant_id in it'
            FROM tables t JOIN pg_index i ON i.indrelid = t.oid
            WHERE t.relname <> 'tenants' AND (i.indisunique OR i.indisexclusion) AND NOT EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id'
                AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))",
        fault: "is a key without tenant_id: a tenant would learn what another has",
    },
    Check {
        finds: "SELECT format('%s: %I', c.conrelid::regclass, c.conname), \
                'make the reference anew with tenant_id on both sides'
            FROM pg_constraint c WHERE c.contype = 'f'
            AND (c.conrelid IN (SELECT oid FROM tables) OR c.confrelid IN (SELECT oid FROM tables))
            AND NOT EXISTS (
                SELECT FROM unnest(c.conkey, c.confkey) AS pair (here, there)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = pair.here
                JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = pair.there
                JOIN tables t ON t.oid = c.confrelid
                WHERE a.attname = 'tenant_id' AND b.attname = t.owner_column)",
        fault: "is a reference without tenant_id, and what checks references heeds no policy",
    },
    // === Rights ===
    Check {
        finds: "SELECT DISTINCT t.name, format('REVOKE ALL ON %s FROM %s', t.name, r.who)
            FROM tables t JOIN rights r USING (oid) WHERE t.relispartition",
        fault: "is a partition with rights of its own: it is reached through its table only",
    },
    Check {
        finds: "SELECT DISTINCT t.name, format('REVOKE ALL ON %s FROM PUBLIC', t.name)
            FROM tables t JOIN rights r USING (oid) WHERE r.grantee = 0",
        fault: "is open to every role of this server",
    },
    Check {
        finds: "SELECT DISTINCT t.name, format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON %s FROM %s', t.name, r.who)
            FROM tables t JOIN rights r USING (oid)
            WHERE r.grantee IN (SELECT oid FROM ours)
            AND r.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')",
        fault: "may be emptied, referred to or given triggers, none of which heeds a policy",
    },
    Check {
        finds: "SELECT DISTINCT r.name, format('REVOKE ALL ON %s FROM %s', r.name, g.who)
            FROM relations r JOIN rights g USING (oid)
            WHERE r.relkind IN ('r', 'p', 'f', 'm') AND g.grantee IN (SELECT oid FROM ours)
            AND r.oid NOT IN (SELECT oid FROM tables)
            AND r.relname NOT IN ('ingest_positions', 'seaql_migrations')",
        fault: "belongs to no tenant and has no policy, but is in reach of a role that serves tenants",
    },
    // === Detours ===
    Check {
        finds: "SELECT v.name, format('ALTER VIEW %s SET (security_invoker = true)', v.name)
            FROM relations v WHERE v.relkind = 'v'
            AND NOT EXISTS (SELECT FROM ready d WHERE d.classid = 'pg_class'::regclass AND d.objid = v.oid)
            AND (v.nspname IN ('public', 'app') OR EXISTS (
                SELECT FROM rights r WHERE r.oid = v.oid AND r.grantee IN (SELECT oid FROM ours)))
            AND NOT EXISTS (SELECT FROM pg_options_to_table(v.reloptions) o
                WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)",
        fault: "is a view that reads with its owner's rights",
    },
    Check {
        finds: "SELECT p.oid::regprocedure::text,
                format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', p.oid::regprocedure)
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname IN ('public', 'app')
            AND NOT EXISTS (SELECT FROM ready d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid)
            AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting
                WHERE setting ~ '^search_path=(.*, *)?pg_temp$')",
        fault: "runs with its owner's rights, on whatever its caller puts in its search_path",
    },
    Check {
        finds: "SELECT p.oid::regprocedure::text, format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', p.oid::regprocedure)
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname IN ('public', 'app')
            AND NOT EXISTS (SELECT FROM ready d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid)
            AND has_function_privilege('public', p.oid, 'EXECUTE')",
        fault: "runs with its owner's rights for everybody",
    },
];
