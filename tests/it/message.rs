//! A message's way: what a poller publishes is what the API answers.

mod story;
mod discovery;
mod signal;
mod absence;
mod coming_back;
mod identity;
mod sweeps;
mod dead_letters;
