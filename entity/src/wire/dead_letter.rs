//! A message that was refused for good, as it is kept: its payload as it was, and in headers why.

use chrono::{DateTime, Utc};

/// Where a message was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The stream.
    pub stream: String,
    /// When that stream was created: sequences begin anew with each life.
    pub created: DateTime<Utc>,
}

macro_rules! headers {
    ($( $(#[$meta:meta])* $name:ident = $text:literal, )+) => {
        /// A header of a dead letter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Header {
            $( $(#[$meta])* $name, )+
        }

        impl Header {
            /// Every header.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )+ ];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$name => $text, )+
                }
            }
        }
    };
}

headers! {
    /// Why, as a code.
    Reason = "Wisplink-Reason",
    /// Why, for people.
    Detail = "Wisplink-Detail",
    /// The stream the message was read from.
    Stream = "Wisplink-Stream",
    /// Its sequence there.
    Sequence = "Wisplink-Sequence",
    /// The subject it was published on. Empty when it had expired before it could be kept.
    Subject = "Wisplink-Subject",
    /// How many bytes it had, when it was too large to be kept whole.
    CutFrom = "Wisplink-Cut-From",
}
