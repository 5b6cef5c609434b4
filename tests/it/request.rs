//! A request's way: what may be asked, by whom, and what comes back.

mod policies;
