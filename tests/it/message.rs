//! A message's way: what a poller publishes is what the API answers.

mod story;
mod discovery;
mod signal;
mod absence;
mod coming_back;
mod readings;
mod devices;
mod ownership;
mod history;
mod identity;
mod policies;
mod sweeps;
mod order;
mod replay;
mod sequence;
mod statements;
mod position;
mod partitions;
mod bad_input;
mod dead_letters;
mod deletion;
