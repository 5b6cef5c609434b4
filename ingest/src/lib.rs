//! A message's way through the worker.

pub mod settings;
pub mod message;
pub mod machine;
