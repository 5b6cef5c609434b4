//! A message's way: what a poller publishes is what the API answers.

mod discovery;
