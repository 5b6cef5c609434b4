//! The stations a request comes to.

pub mod request_id;
pub mod headers;
pub mod cors;
pub mod answer;
pub mod graphql;
pub mod graphql_ws;
pub mod socket;
pub mod operation;
pub mod protocol;
pub mod assets;
pub mod console;
pub mod graphiql;
