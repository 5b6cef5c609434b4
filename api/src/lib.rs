//! A request's way through the API.
//!
//! The [`router`] hands it to a station in [`http`]; [`auth`] says who asks; [`graphql`] resolves
//! what is asked, through [`loader`]s and [`command`]s, for which [`permit`] gives the right, and
//! what is computed of the past by [`history`], which may come from a [`replica`].
//! [`live`] carries link events from NATS to subscriptions. [`error`] alone says what a client
//! learns of a failure.
//!
//! Not here: NATS connections, processes and configuration files (see crate `wisplink`).

pub mod settings;
pub mod limits;
pub mod server;
pub mod router;
pub mod http;
pub mod auth;
pub mod permit;
pub mod graphql;
pub mod loader;
pub mod replica;
pub mod link_policy;
pub mod history;
pub mod command;
pub mod live;
pub mod error;

pub use graphql::schema::sdl;
