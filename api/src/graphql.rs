//! From a query to an answer.

pub mod schema;
pub mod context;
pub mod scalar;
pub mod page;
pub mod query;
pub mod mutation;
pub mod subscription;
pub mod types;
