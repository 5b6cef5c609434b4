//! Two tenants, side by side: neither sees, changes or notices the other.

mod lookup;
mod canary;
mod feed;
mod catalogue;
mod holes;
mod filled;
mod walls;
mod named;
mod attack;
mod requests;
mod ids;
mod cursors;
mod subscriptions;
mod cancelled;
