//! What operators do with it: taking over from another system, poolers, replicas, restores.

mod drill;
mod import;
mod nats_address;
mod pooled;
mod replica;
mod restored;
