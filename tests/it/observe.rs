//! What an operator sees of a running wisplink.

mod metrics;
mod health;
mod traces;
