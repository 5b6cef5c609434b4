//! Sockets and feeds: what a browser gets while it stays, and when it comes back.

mod protocol;
mod operations;
mod resume;
mod resync;
mod screen;
mod sharing;
mod lifetime;
mod event_stream;
mod filters;
mod snapshot;
mod updates;
mod summary;
mod slow;
mod crowd;
mod outage;
mod silent;
mod fleet;
