//! Live: fan-out to many sockets, what an idle socket costs, and how long a transition takes from the
//! poller to the browser.

mod feed;
pub(crate) mod fan_out;
mod idle;
pub(crate) mod transition;
mod traffic;

pub(crate) use fan_out::measure as fan_out;
pub(crate) use idle::measure as idle;
pub(crate) use transition::measure as transitions;
