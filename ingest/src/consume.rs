//! Reading a source: one worker at a time, in order, from the position in the database.

pub mod start;
mod connection;
mod gauges;
pub mod keeper;
pub mod heard;
pub mod reader;
mod read;
mod incoming;
mod direct;
mod watch;
