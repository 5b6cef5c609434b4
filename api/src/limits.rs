//! What a client can make the API do, at most. Every bound is here.

use std::num::NonZeroUsize;
use std::time::Duration;

use chrono::TimeDelta;

/// Bytes of a request's body.
pub const BODY_BYTES: usize = 256 * 1024;
/// Bytes of a token.
pub const TOKEN_BYTES: usize = 8 * 1024;
/// Bytes of a set of published keys.
pub const JWKS_BYTES: usize = 256 * 1024;
/// How long fetching them may take.
pub const JWKS_FETCH: Duration = Duration::from_secs(5);
/// However many tokens name keys that are not known, the keys are fetched once in this time; and
/// again after it, when that failed.
pub const JWKS_PAUSE: Duration = Duration::from_secs(5);
/// For how long an API key is believed after it was looked up.
pub const API_KEY_TRUST: Duration = Duration::from_millis(1_500);
/// How often the keys in use are looked up again. With the look-up itself, a key that was revoked
/// opens nothing after two seconds.
pub const API_KEY_ROUND: Duration = Duration::from_secs(1);
/// How long a caller waits for the look-up of a key.
pub const API_KEY_LOOK_UP: Duration = Duration::from_secs(3);
/// Keys looked up by one statement on callers' behalf, and callers who wait for the next one.
pub const API_KEYS_AT_ONCE: usize = 1_024;
/// For how long a key without open sockets is kept in sight after its last use.
pub const API_KEY_IDLE: Duration = Duration::from_mins(1);
/// While keys cannot be looked up, sockets stay open for so long.
pub const API_KEY_UNCHECKED: Duration = Duration::from_mins(1);
/// For how long a key that does not exist is refused without looking again.
pub const API_KEY_ABSENT: Duration = Duration::from_secs(30);
/// How many such keys are remembered.
pub const API_KEYS_ABSENT: usize = 10_000;
/// How often the use of one key is written down.
pub const API_KEY_NOTE: Duration = Duration::from_mins(1);
/// API keys of one tenant that are neither revoked nor expired.
pub const API_KEYS: usize = 500;
/// How long a query or mutation may take.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(10);
/// How long the head of a request may take to arrive, and how long a connection may wait for one.
pub const HEAD_ON_THE_WAY: Duration = Duration::from_secs(30);
/// How long a request may take to arrive and be answered, whatever it is; what is open longer has
/// bounds of its own.
pub const REQUEST_ON_THE_WAY: Duration = Duration::from_secs(30);
/// Operations in one request. Several in a list would be as many requests behind one bound.
pub const BATCH: usize = 1;
/// Tokens of a document. What a client's developer writes has some hundreds.
pub const TOKENS: usize = 5_000;
/// Brackets of any kind within one another.
pub const BRACKETS: usize = 64;
/// Selections within one another, those of fragments, too. async-graphql refuses more than 32.
pub const LEVELS: usize = 32;
/// Fields within one another.
pub const DEPTH: usize = 12;
/// Fields of a document, its fragments spread.
pub const FIELDS: usize = 2_000;
/// Fields at the top of an operation. Each is a query of its own.
pub const ROOT_FIELDS: usize = 20;
/// Fields of a document with another name, its fragments spread.
pub const ALIASES: usize = 100;
/// Directives on one field, fragment or operation.
pub const DIRECTIVES_IN_ONE_PLACE: usize = 8;
/// Directives of a document, its fragments spread.
pub const DIRECTIVES: usize = 100;
/// Values an answer may have: each field once for every row it is shown of, at full pages.
pub const VALUES: usize = 200_000;
/// Items a list without an argument for it is taken to have, for that.
pub const LIST_ITEMS: usize = 5;
/// Fields of introspection within one another. The usual query has 15.
pub const INTROSPECTION_DEPTH: usize = 20;
/// Lists of introspection within one another: types, their fields, and the arguments of these.
pub const INTROSPECTION_LISTS: usize = 3;
/// Items a list of introspection is taken to have; the list of types is counted.
pub const INTROSPECTION_ITEMS: usize = 4;
/// Values in the variables, lists and objects and what is in them.
pub const VARIABLE_VALUES: usize = 50_000;
/// Documents kept after they were read once.
pub const DOCUMENTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(499);
/// Documents that clients may name by their hash after they sent them once.
pub const REMEMBERED_DOCUMENTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);
/// Bytes of a document that is kept.
pub const DOCUMENT_BYTES: usize = 16 * 1024;
/// Names of operations that metrics tell apart, besides those of trusted documents.
pub const OPERATION_NAMES: usize = 100;
/// Bytes of such a name.
pub const OPERATION_NAME_BYTES: usize = 64;
/// Spans made in a second for writing events to subscribers.
pub const TRACED_WRITES: usize = 100;
/// Rows on one page of a connection.
pub const PAGE: u32 = 500;
/// Rows on a page when the query names no number.
pub const DEFAULT_PAGE: u32 = 50;
/// Characters of a text that is searched for.
pub const SEARCH: usize = 100;
/// Clients told by all `registrations` of an answer together: of 500 APs with 60 clients each.
pub const REGISTRATIONS: usize = 30_000;
/// The longest range of `signalHistory` and `availability`.
pub const HISTORY_RANGE: TimeDelta = TimeDelta::days(400);
/// Buckets of one `signalHistory`.
pub const HISTORY_BUCKETS: u32 = 1_000;
/// Buckets when the query names no number.
pub const DEFAULT_HISTORY_BUCKETS: i32 = 120;
/// Buckets of all links that ask for a `signalHistory` together.
pub const HISTORY_ANSWER_BUCKETS: usize = 60_000;
/// Days of polls read for them: of 100 links a week, which takes four seconds at a poll a minute.
pub const HISTORY_POLL_DAYS: usize = 700;
/// Days of hours read for them: of 50 links as long as hours are kept.
pub const HISTORY_HOUR_DAYS: usize = 20_000;
/// Outages told by one `availability`; the latest are.
pub const OUTAGES: usize = 500;
/// Devices made by one `createDevices`.
pub const NEW_DEVICES: usize = 1_000;
/// Interfaces of one new device.
pub const NEW_INTERFACES: usize = 64;
/// Bytes of one WebSocket message from a client.
pub const SOCKET_MESSAGE_BYTES: usize = 64 * 1024;
/// How long a new socket may wait with its `connection_init`.
pub const SOCKET_INIT: Duration = Duration::from_secs(5);
/// How often an open socket is pinged.
pub const SOCKET_PING: Duration = Duration::from_secs(15);
/// How long a client may take to answer a ping, or to read on where it is behind.
pub const SOCKET_PONG: Duration = Duration::from_secs(10);
/// How long the last message to a socket may take.
pub const SOCKET_CLOSE: Duration = Duration::from_secs(1);
/// How often an event stream over HTTP shows that it is alive.
pub const EVENT_STREAM_BEAT: Duration = Duration::from_secs(15);
/// How long a connection may wait to be read from before it is cut. Longer than [`SOCKET_WRITE`], so
/// that a socket is closed in its own way first.
pub const CONNECTION_WRITE: Duration = Duration::from_secs(14);
/// Bytes that the kernel takes for a connection beyond what it can send.
#[cfg(target_os = "linux")]
pub const CONNECTION_UNSENT_BYTES: u32 = 32 * 1024;
/// The longest time over which sockets are closed when the program stops.
pub const FAREWELLS: Duration = Duration::from_secs(5);
/// How long a client may read nothing of what is written to it.
pub const SOCKET_WRITE: Duration = Duration::from_secs(10);
/// Operations at once on one socket.
pub const SOCKET_OPERATIONS: usize = 16;
/// Messages written to one socket with one flush; fewer when they have more than
/// [`SOCKET_WRITE_BYTES`].
pub const SOCKET_BATCH: usize = 64;
/// Bytes of a socket that are read at once, and kept ready for as long as it is open. What clients
/// say is short.
pub const SOCKET_READ_BYTES: usize = 512;
/// Bytes gathered before a socket is written to.
pub const SOCKET_WRITE_BYTES: usize = 8 * 1024;
/// Answers of one operation that wait until its client has read the ones before.
pub const OPERATION_QUEUE: usize = 8;
/// Bytes of such answers. A larger one waits alone.
pub const OPERATION_QUEUE_BYTES: usize = 8 * 1024;
/// Answers kept for those who share an execution.
pub const SHARED_ANSWERS: usize = 1_024;
/// Bytes of answers kept for them.
pub const SHARED_BYTES: usize = 4 * 1024 * 1024;
/// Events kept in memory for one tenant's subscribers.
pub const FEED_RING: usize = 1_024;
/// Events read from the database at once for a subscriber that is behind.
pub const REPLAY_PAGE: i64 = 500;
/// Links in one part of a snapshot, or in one change.
pub const LINKS_PART: usize = 500;
/// Links one subscription can follow.
pub const LINKS_FOLLOWED: usize = 50_000;
/// APs whose links are read at once for it.
pub const LINKS_APS: usize = 50;
/// The shortest and the longest `minIntervalMs`.
pub const INTERVAL_MS: (i32, i32) = (100, 60_000);
/// The `minIntervalMs` when the subscription names none.
pub const DEFAULT_INTERVAL_MS: i32 = 1_000;
/// How long those who follow links wait before they ask a database again that did not answer.
pub const LINKS_RETRY: Duration = Duration::from_secs(1);
