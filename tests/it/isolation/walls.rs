//! The second wall by itself: statements that name no tenant, or another's, as the program's roles.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

use super::filled::{self, enter, grant_everything, owner, tables};

const ROLES: [&str; 2] = ["wisplink_api", "wisplink_ingest"];

#[tokio::test]
async fn a_statement_without_a_tenant_fails_on_every_table() {
    let (world, mut db) = filled_world().await;
    for role in ROLES {
        for table in tables(&mut db).await {
            for statement in [
                format!("SELECT * FROM {table}"),
                format!("SELECT count(*) FROM {table}"),
                format!("DELETE FROM {table}"),
                format!("INSERT INTO {table} SELECT * FROM {table}"),
            ] {
                let (code, words) = refused(&mut db, role, None, &statement).await;
                assert!(
                    code == "42704" && words.contains("app.current_tenant"),
                    "{role}: {statement}: {code} {words}"
                );
            }
        }
    }
    drop(world);
}

#[tokio::test]
async fn a_statement_after_another_tenants_transaction_fails_as_well() {
    let (world, mut db) = filled_world().await;
    let mut tx = db.begin().await.unwrap();
    enter(&mut tx, "wisplink_api", &world.a).await;
    tx.commit().await.unwrap();
    // The setting is known to the session now, and empty.
    let (code, _) = refused(&mut db, "wisplink_api", None, "SELECT * FROM devices").await;
    assert_eq!(code, "22P02");
}

#[tokio::test]
async fn another_tenants_rows_are_not_there_in_any_table() {
    let (world, mut db) = filled_world().await;
    for role in ROLES {
        for table in tables(&mut db).await {
            let owner = owner(&table);
            let count =
                format!("SELECT count(*), count(*) FILTER (WHERE {owner} = $1) FROM {table}");
            let total = counted(&mut db, &count, &world.a).await;
            assert!(
                total.1 > 0,
                "{table} has no row of A: give it one in filled_world"
            );
            assert!(
                total.0 > total.1,
                "{table} has no row of B: give it one in filled_world"
            );

            let mut tx = db.begin().await.unwrap();
            enter(&mut tx, role, &world.a).await;
            let seen = counted(&mut tx, &count, &world.a).await;
            assert_eq!(seen, (total.1, total.1), "{role} sees in {table}");
            for change in [
                format!("UPDATE {table} SET {owner} = {owner} WHERE {owner} = $1"),
                format!("DELETE FROM {table} WHERE {owner} = $1"),
            ] {
                let statement = sqlx::query(AssertSqlSafe(change)).bind(world.b.id);
                let done = statement.execute(&mut *tx).await.unwrap();
                assert_eq!(done.rows_affected(), 0, "{role} changed {table}");
            }
            tx.rollback().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_row_cannot_be_written_for_another_tenant_in_any_table() {
    let (world, mut db) = filled_world().await;
    let b = world.b.id;
    for role in ROLES {
        for table in tables(&mut db).await {
            let owner = owner(&table);
            for statement in [
                format!(
                    "INSERT INTO {table} SELECT row.* FROM (SELECT * FROM {table} LIMIT 1) mine,
                     jsonb_populate_record(mine::{table}, '{{\"{owner}\": \"{b}\"}}') AS row"
                ),
                format!("UPDATE {table} SET {owner} = '{b}'"),
            ] {
                let (code, words) = refused(&mut db, role, Some(&world.a), &statement).await;
                assert!(
                    code == "42501" && words.contains("row-level security policy"),
                    "{role}: {statement}: {code} {words}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_reference_to_another_tenants_row_leads_nowhere() {
    let (world, mut db) = filled_world().await;
    let (ours, cpe) = (world.a.aps[1], world.a.cpes[0]);
    let (site, ap) = (world.b.site, world.b.aps[0]);
    for statement in [
        format!("UPDATE devices SET site_id = '{site}' WHERE id = '{ours}'"),
        format!("UPDATE device_interfaces SET device_id = '{ap}' WHERE device_id = '{cpe}'"),
        format!("UPDATE wireless_links SET ap_device_id = '{ap}'"),
        format!("UPDATE wireless_links SET cpe_device_id = '{ap}'"),
        format!("UPDATE unknown_clients SET ap_device_id = '{ap}'"),
    ] {
        let (code, words) = refused(&mut db, "wisplink_ingest", Some(&world.a), &statement).await;
        assert_eq!(code, "23503", "{statement}: {words}");
    }
}

/// What holds here, the policies hold alone: both roles have every right on every table.
async fn filled_world() -> (World, PgConnection) {
    let (world, mut db) = filled::world().await;
    for role in ROLES {
        grant_everything(&mut db, role).await;
    }
    (world, db)
}

async fn counted(db: &mut PgConnection, count: &str, tenant: &Tenant) -> (i64, i64) {
    let statement = sqlx::query(AssertSqlSafe(count.to_owned())).bind(tenant.id);
    let row = statement.fetch_one(db).await.unwrap();
    (row.get(0), row.get(1))
}

/// The code and the words with which `statement` fails.
async fn refused(
    db: &mut PgConnection,
    role: &str,
    tenant: Option<&Tenant>,
    statement: &str,
) -> (String, String) {
    let mut tx = db.begin().await.unwrap();
    if let Some(tenant) = tenant {
        enter(&mut tx, role, tenant).await;
    } else {
        let role = AssertSqlSafe(format!("SET LOCAL ROLE {role}"));
        sqlx::raw_sql(role).execute(&mut *tx).await.unwrap();
    }
    let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(&mut *tx)
        .await;
    tx.rollback().await.unwrap();
    let Err(sqlx::Error::Database(error)) = done else {
        panic!("{role}: {statement}: {done:?}");
    };
    (
        error.code().unwrap_or_default().into_owned(),
        error.message().to_owned(),
    )
}
