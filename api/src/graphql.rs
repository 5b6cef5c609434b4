//! From a query to an answer.

pub mod schema;
pub mod admit;
pub mod document;
pub mod known_types;
pub mod meter;
pub mod executor;
pub mod selection;
pub mod answer;
pub mod order;
pub mod row_writer;
pub mod context;
pub mod scalar;
pub mod cursor;
pub mod page;
pub mod search;
pub mod query;
pub mod mutation;
pub mod subscription;
pub mod types;
