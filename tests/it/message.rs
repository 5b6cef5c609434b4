//! A message's way: what a poller publishes is what the API answers.

mod dead_letters;
mod discovery;
mod identity;
mod sweeps;
