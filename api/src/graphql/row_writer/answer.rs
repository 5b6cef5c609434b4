//! From a query to its answer, for queries that are known here.

use async_graphql::parser::types::{OperationDefinition, OperationType};
use async_graphql::{Error, PathSegment, ServerError};
use entity::tx::TenantTx;
use sqlx::Row as _;

use crate::error::{ApiError, Code};
use crate::graphql::answer::Answer;
use crate::graphql::context::RequestContext;
use crate::graphql::cursor::{Cursor, Key, Kind};
use crate::graphql::row_writer::json;
use crate::graphql::row_writer::read::Batch;
use crate::graphql::row_writer::roots::{self, Many, ORDER_KEY, One, Place, Root};
use crate::graphql::row_writer::statement;
use crate::graphql::row_writer::write::{Shown, connection, object};
use crate::graphql::selection::Selecting;

/// The answer to a query that the rules have let pass. None when it is not known here, or when
/// anything is wrong with it: the resolvers say what.
pub async fn answer(
    context: &RequestContext,
    operation: &OperationDefinition,
    selecting: Selecting<'_>,
) -> Option<Answer> {
    if operation.ty != OperationType::Query {
        return None;
    }
    let roots = roots::plan(operation, selecting, context.scope().ok()?)?;
    if roots.iter().all(|root| matches!(root, Root::Type(_))) {
        return None;
    }
    let reads = context.reads().ok()?;
    let (mut json, mut errors) = (Vec::with_capacity(1024), Vec::new());
    for (number, root) in roots.iter().enumerate() {
        root.key().write(number, &mut json);
        let start = json.len();
        let answered = match root {
            Root::Type(_) => {
                json.extend_from_slice(b"\"Query\"");
                Ok(())
            }
            Root::One(one) => match reads.tx().await {
                Ok(tx) => one.write(tx, &mut json).await.map_err(ApiError::from),
                Err(error) => Err(error),
            },
            Root::Many(many) => match reads.tx().await {
                Ok(tx) => many.write(tx, &mut json).await.map_err(ApiError::from),
                Err(error) => Err(error),
            },
        };
        match (answered, root.place()) {
            // Resolvers say which field is at fault, and leave the others their answers.
            (Err(error), _) if error.code() != Code::Unavailable => {
                context.renew();
                return None;
            }
            (Err(error), Some(place)) => {
                errors.push(error_at(place, error));
                if matches!(root, Root::Many(_)) {
                    // A connection is never null, so the whole answer is.
                    return Some(Answer::written(b"null".to_vec(), errors));
                }
                json.truncate(start);
                json.extend_from_slice(b"null");
            }
            _ => {}
        }
    }
    json.push(b'}');
    Some(Answer::written(json, errors))
}

impl Root {
    const fn key(&self) -> &json::Key {
        match self {
            Self::Type(key) => key,
            Self::One(one) => &one.place.key,
            Self::Many(many) => &many.place.key,
        }
    }

    const fn place(&self) -> Option<&Place> {
        match self {
            Self::Type(_) => None,
            Self::One(one) => Some(&one.place),
            Self::Many(many) => Some(&many.place),
        }
    }
}

impl One {
    async fn write(&self, tx: &TenantTx, json: &mut Vec<u8>) -> Result<(), sqlx::Error> {
        let statement = statement::of_root(&self.rows, None, &[], &self.branch, tx.tenant());
        let batch = Batch::read(tx, statement, &self.branch, |_| {}).await?;
        if batch.items().is_empty() {
            json.extend_from_slice(b"null");
            return Ok(());
        }
        object(json, &self.object, &batch, 0)
    }
}

impl Many {
    async fn write(&self, tx: &TenantTx, json: &mut Vec<u8>) -> Result<(), sqlx::Error> {
        let down = self.descending != self.page.is_backward();
        let direction = if down { " DESC" } else { "" };
        let by_key = format!("t0.{ORDER_KEY}{direction}");
        let by_id = format!("t0.id{direction}");
        let order = [by_key.as_str(), by_id.as_str()];
        let order = &order[usize::from(self.key.is_none())..];
        let mut more = false;
        let batch = if self.list.shows_rows() {
            let limit = Some(u64::from(self.page.limit()) + 1);
            let statement = statement::of_root(&self.rows, limit, order, &self.branch, tx.tenant());
            let page = |items: &mut Vec<usize>| more = self.page.cut(items);
            Batch::read(tx, statement, &self.branch, page).await?
        } else {
            Batch::none()
        };
        let (previous, next) = self.page.goes_on(more);
        let cursor = |item| self.cursor(&batch, item);
        let shown = Shown {
            batch: &batch,
            items: batch.items(),
            previous,
            next,
            total: self.total(tx).await?,
            cursor: &cursor,
        };
        connection(json, &self.list, &shown)
    }

    async fn total(&self, tx: &TenantTx) -> Result<i64, sqlx::Error> {
        let Some(all) = &self.all else {
            return Ok(0);
        };
        let rows = tx.statement_rows(statement::of(all)).await?;
        rows.first().map_or(Ok(0), |row| row.try_get(0))
    }

    fn cursor(&self, batch: &Batch<'_>, item: usize) -> Result<Cursor, sqlx::Error> {
        let row = batch.row(item);
        let mut place = Vec::with_capacity(2);
        if let Some((kind, Some(index))) = self.key {
            place.push(match kind {
                Kind::Number => Key::Number(row.try_get(index)?),
                Kind::Time => Key::time(row.try_get(index)?),
                Kind::Text => Key::Text(row.try_get(index)?),
                Kind::Id => Key::Id(row.try_get(index)?),
            });
        }
        place.push(Key::Id(row.try_get(0)?));
        Ok(Cursor(place))
    }
}

fn error_at(place: &Place, error: ApiError) -> ServerError {
    let mut error = Error::from(error).into_server_error(place.pos);
    error.path = vec![PathSegment::Field(place.name.clone())];
    error
}
