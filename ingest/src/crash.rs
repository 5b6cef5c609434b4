//! Places between two steps where a test may end the process, as a power failure does. Without the
//! feature `failpoints` they are nothing.

/// Every place, in the order of a message's way.
pub const POINTS: [&str; 5] = [
    "read",
    "before-commit",
    "after-commit",
    "published",
    "before-position",
];

/// Ends the process here, if the test says so.
macro_rules! crash_point {
    ($name:literal) => {
        fail::fail_point!($name, |_| std::process::abort())
    };
}
pub(crate) use crash_point;
