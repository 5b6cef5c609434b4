//! Up, down and up again leave the same schema.

use migration::{Migrator, known};
use sea_orm_migration::MigratorTrait as _;
use sea_orm_migration::sea_orm::{Database, DatabaseConnection};
use sqlx::{Connection as _, PgConnection, Row as _};
use wisplink_tests::harness::TestDatabase;

/// Everything a migration makes, a line each, from PostgreSQL's catalogue.
const CATALOGUE: &str = "
    SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relkind IN ('r', 'p')
        AND NOT a.attisdropped
    UNION ALL
    SELECT 'table ' || relname || ' ' || relkind::text || ' rls ' || relrowsecurity || relforcerowsecurity
        || coalesce(' ' || reloptions::text, '') || ' ' || coalesce(relacl::text, 'no grants')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'statistics ' || pg_get_statisticsobjdef(oid)
    FROM pg_statistic_ext WHERE stxnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'policy ' || tablename || ' ' || policyname || roles::text || cmd || ' ' || qual || ' '
        || coalesce(with_check, '')
    FROM pg_policies
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(oid) || coalesce(proacl::text, '')
    FROM pg_proc WHERE pronamespace = to_regnamespace('app')
    UNION ALL
    SELECT 'type ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = to_regnamespace('app') AND c.relkind = 'c'
    ORDER BY 1";

#[tokio::test]
async fn up_down_up_leaves_the_same_schema() {
    let database = TestDatabase::create().await.unwrap();
    let migrated = schema(&database).await;
    assert!(
        migrated.len() > 200,
        "the catalogue shows {} lines only",
        migrated.len()
    );
    let connection = connect(&database).await;
    Migrator::down(&connection, None).await.unwrap();
    let left: Vec<_> = schema(&database).await;
    assert!(
        left.iter().all(|line| line.contains("seaql_migrations")),
        "left behind: {left:#?}"
    );
    Migrator::up(&connection, None).await.unwrap();
    assert_eq!(schema(&database).await, migrated);
}

#[tokio::test]
async fn every_single_step_can_be_taken_back() {
    let database = TestDatabase::create().await.unwrap();
    let connection = connect(&database).await;
    for _ in known() {
        let before = schema(&database).await;
        Migrator::down(&connection, Some(1)).await.unwrap();
        assert_ne!(schema(&database).await, before);
        Migrator::up(&connection, Some(1)).await.unwrap();
        assert_eq!(schema(&database).await, before);
        Migrator::down(&connection, Some(1)).await.unwrap();
    }
}

#[tokio::test]
async fn fresh_and_refresh_end_at_the_same_schema() {
    let database = TestDatabase::create().await.unwrap();
    let migrated = schema(&database).await;
    let connection = connect(&database).await;
    Migrator::fresh(&connection).await.unwrap();
    assert_eq!(schema(&database).await, migrated, "fresh");
    Migrator::refresh(&connection).await.unwrap();
    assert_eq!(schema(&database).await, migrated, "refresh");
}

async fn connect(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(database.url()).await.unwrap()
}

async fn schema(database: &TestDatabase) -> Vec<String> {
    let mut session = PgConnection::connect(&database.url()).await.unwrap();
    let rows = sqlx::query(CATALOGUE)
        .fetch_all(&mut session)
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
