//! How cost grows with what there is: curves instead of single numbers.

mod ingest;
mod links;
mod sockets;

pub(super) use ingest::{aps, clients, tenants};
pub(super) use links::measure as links;
pub(super) use sockets::measure as sockets;
