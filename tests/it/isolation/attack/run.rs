//! Runs statements, undoes them, and looks at what came of it.

use std::fmt::Write as _;

use futures::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row as _, ValueRef as _};
use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

use super::statement::{Kind, Statement};
use super::target::Target;

/// The alarms' code. A division of ours says it in its own.
const ALARM: &str = "XFOR1";
const DIVISION: &str = "22012";

/// Not refused but wrong: syntax, no such column, table or function, types that do not match.
const MISWRITTEN: [&str; 6] = ["42601", "42703", "42P01", "42883", "42804", "42702"];

/// What came of a statement.
pub(super) enum Outcome {
    /// So many rows.
    Rows(usize),
    /// An error.
    Refused,
    /// Something of the other's was seen or changed.
    Leak(String),
}

/// Runs statements in one transaction.
pub(super) struct Runner<'a> {
    db: PgConnection,
    database: &'a TestDatabase,
    opening: String,
    own: String,
    canaries: &'a [String],
}

impl<'a> Runner<'a> {
    /// `opening` says as whom it acts, and in which tenant.
    pub(super) async fn new(world: &'a World, opening: &str, canaries: &'a [String]) -> Self {
        let opening = format!("BEGIN; {opening}");
        let mut db = world.database.session().await;
        execute(&mut db, &format!("{opening}; SAVEPOINT before")).await;
        Self {
            db,
            database: &world.database,
            opening,
            own: world.a.id.to_string(),
            canaries,
        }
    }

    /// Runs `statement` as if none had been run before it.
    pub(super) async fn run(&mut self, statement: &Statement) -> Outcome {
        let answer = match statement.kind {
            Kind::Shows | Kind::Changes => self.ask(&statement.sql).await,
            Kind::CopiesOut => self.copy_out(&statement.sql).await,
            Kind::CopiesIn => self.copy_in(&statement.sql).await,
        };
        let rows = match answer {
            Ok(rows) => rows,
            Err(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default().into_owned();
                if code == ALARM || code == DIVISION {
                    return Outcome::Leak(error.message().to_owned());
                }
                assert!(!MISWRITTEN.contains(&&*code), "{}: {error}", statement.sql);
                return Outcome::Refused;
            }
            Err(error) => panic!("{}: {error}", statement.sql),
        };
        let leak = rows.iter().find(|row| match statement.kind {
            Kind::Changes => **row != self.own,
            Kind::Shows | Kind::CopiesOut | Kind::CopiesIn => self.is_foreign(row),
        });
        leak.map_or(Outcome::Rows(rows.len()), |row| Outcome::Leak(row.clone()))
    }

    fn is_foreign(&self, row: &str) -> bool {
        row.contains("a foreign row") || self.canaries.iter().any(|canary| row.contains(canary))
    }

    async fn ask(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let sql = format!("ROLLBACK TO SAVEPOINT before; {sql}");
        let rows = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_all(&mut self.db)
            .await?;
        Ok(rows.iter().map(text).collect())
    }

    async fn copy_out(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let mut db = self.another().await;
        let lines: Vec<_> = db.copy_out_raw(sql).await?.try_collect().await?;
        Ok(lines
            .iter()
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect())
    }

    async fn copy_in(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let mut db = self.another().await;
        db.copy_in_raw(sql).await?.finish().await?;
        Ok(vec!["a foreign row may be copied in".to_owned()])
    }

    /// A session of its own for each copy: one that was refused is of no more use to the driver.
    async fn another(&self) -> PgConnection {
        let mut db = self.database.session().await;
        execute(&mut db, &self.opening).await;
        db
    }
}

async fn execute(db: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
        .unwrap();
}

/// A row's values, as the server writes them.
fn text(row: &PgRow) -> String {
    let values = (0..row.len()).map(|column| {
        let value = row.try_get_raw(column).unwrap();
        if value.is_null() {
            return String::new();
        }
        value.as_str().unwrap().to_owned()
    });
    values.collect::<Vec<_>>().join("\t")
}

/// Makes the alarms: see the head of [`super`].
pub(super) async fn set_alarms(db: &mut PgConnection, targets: &[Target], other: &Tenant) {
    let mut sql = format!(
        "CREATE FUNCTION public.sees(line text) RETURNS boolean LANGUAGE plpgsql COST 0.000001
             AS $body$ BEGIN
                 IF line LIKE '%{}%' THEN RAISE 'a foreign row is seen' USING ERRCODE = '{ALARM}'; END IF;
                 RETURN true;
             END $body$;
         CREATE FUNCTION public.changes() RETURNS trigger LANGUAGE plpgsql AS $body$
             DECLARE
                 own text := current_setting('app.current_tenant', true);
                 before text := to_jsonb(OLD) ->> TG_ARGV[0];
                 after text := to_jsonb(NEW) ->> TG_ARGV[0];
             BEGIN
                 IF coalesce(before, own) IS DISTINCT FROM own OR coalesce(after, own) IS DISTINCT FROM own
                     OR own IS NULL
                 THEN RAISE 'a foreign row is changed' USING ERRCODE = '{ALARM}'; END IF;
                 RETURN NULL;
             END $body$;",
        other.id
    );
    for Target { name, owner, .. } in targets {
        // Partitions get it from their table.
        let _ = write!(
            sql,
            "DO $do$ BEGIN
                 CREATE TRIGGER alarm AFTER INSERT OR UPDATE OR DELETE ON {name}
                     FOR EACH ROW EXECUTE FUNCTION public.changes('{owner}');
             EXCEPTION WHEN duplicate_object THEN NULL; END $do$;"
        );
    }
    execute(db, &sql).await;
}
