//! Rows, and the one door to them.
//!
//! A row is reached only through a [`tx::TenantTx`]; that is opened from a [`database::Database`]
//! with a [`scope::TenantScope`], the proof of whose rows are meant. Row-level security in
//! PostgreSQL stands behind that door as a second wall, and [`walls`] looks for holes in it.
//!
//! What the programs say to each other over NATS is in [`wire`], what joins the spans of one
//! [`trace`] on the way, and how streams are read [`direct`]ly.
//!
//! Not here: GraphQL, HTTP, NATS connections and decisions.

mod text_enum;

pub mod ids;
pub mod mac;
pub mod link_state;
pub mod scope;
pub mod walls;
mod to_its_end;
pub mod database;
pub mod error;
pub mod tx;
pub mod model;
pub mod link_policy;
pub mod trace;
pub mod wire;
pub mod feed;
pub mod direct;
