//! The stations a request comes to.

pub mod listener;
pub mod connections;
pub mod routes;
pub mod request_id;
pub mod headers;
pub mod cors;
pub mod seats;
pub mod open;
pub mod lifetime;
pub mod answer;
pub mod graphql;
pub mod event_stream;
pub mod graphql_ws;
pub mod socket;
pub mod protocol;
pub mod operations;
pub mod operation;
pub mod sharing;
pub mod assets;
pub mod console;
pub mod graphiql;
