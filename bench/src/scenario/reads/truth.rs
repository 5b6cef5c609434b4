//! Whether answers are right, before they are timed: both servers must tell what is in the database.

use std::sync::Arc;

use chrono::DateTime;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::load::Question;
use super::query::{Query, link};
use super::{Asked, requests};
use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Fleet};
use crate::stage::Stage;

/// All requests of `query` with their answers, each compared with the database.
pub(super) async fn questions(
    stage: &Stage,
    asked: &Asked,
    fleet: Fleet,
    query: Query,
) -> Result<Arc<Vec<Question>>, Failure> {
    let mut session = stage.session().await?;
    let mut questions = Vec::new();
    for (tenant, number) in requests(fleet, query) {
        let request = asked.request(query, tenant, number)?;
        let answer = asked.server.ask(&request).await?;
        let told: Value = serde_json::from_slice(&answer).doing("reading an answer")?;
        let sql = truth(query)
            .replace("{tenant}", &fleet::tenant(tenant).to_string())
            .replace("{link}", &link(tenant, number));
        let stored = sqlx::query_scalar::<_, Value>(AssertSqlSafe(sql)).fetch_one(&mut session);
        let stored = stored.await.doing("asking the database itself")?;
        if plain(&told["data"]) != plain(&stored) {
            return Err(Failure::new(format_args!(
                "{} of tenant {tenant} is not what is stored:\n{told:.2000}\n{stored:.2000}",
                query.name()
            )));
        }
        questions.push(Question { request, answer });
    }
    Ok(Arc::new(questions))
}

/// The same without the habits of one of them: enumerations and addresses are upper or lower case,
/// times have one zone or another.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(time) => time.timestamp_micros().into(),
            Err(_) => text.to_uppercase().into(),
        },
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)));
            Value::Object(fields.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// SQL that makes the whole answer.
const fn truth(query: Query) -> &'static str {
    match query {
        Query::Q1 => include_str!("truth/q1.sql"),
        Query::Q2 => include_str!("truth/q2.sql"),
        Query::Q3 => include_str!("truth/q3.sql"),
    }
}
