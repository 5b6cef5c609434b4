//! What goes wrong around the worker, and what must not be lost by it.

mod flapping;
mod worker;
mod servers;
