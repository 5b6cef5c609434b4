//! The messages of `graphql-transport-ws`, and the codes a socket is closed with.
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>

use serde::Deserialize;
use serde_json::Value;

use crate::auth::standing::Withdrawal;
use crate::error::{ApiError, Code};
use crate::graphql::admit::Asked;

/// The name both sides agree on when the socket is opened.
pub const NAME: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message: who asks.
    ConnectionInit {
        /// The token.
        #[serde(default)]
        payload: Option<InitPayload>,
    },
    /// Starts an operation.
    Subscribe {
        /// The client's name for it.
        id: String,
        /// What is asked.
        payload: Box<Asked>,
    },
    /// Ends an operation.
    Complete {
        /// The client's name for it.
        id: String,
    },
    /// Wants a pong. With a token in its payload, as in `connection_init`, it prolongs the socket:
    /// see [`renewal`].
    Ping {
        /// Anything.
        #[serde(default)]
        payload: Option<Value>,
    },
    /// Answers a ping.
    Pong {},
}

/// Who asks. Clients send it as `connectionParams`.
#[derive(Debug, Default, Deserialize)]
pub struct InitPayload {
    /// `Bearer <token>`.
    #[serde(default, alias = "Authorization")]
    pub authorization: Option<String>,
    /// The tenant a platform caller acts in.
    #[serde(default, rename = "x-tenant-id", alias = "X-Tenant-Id")]
    pub tenant: Option<String>,
}

/// The token in a ping's payload, if there is one. The socket then lasts as long as that token, which
/// must be of the same subject, tenant and role. The pong's payload is `{"expiresAt": …}`, or
/// `{"error": {"code", "message"}}`, and then the socket lasts as long as before.
///
/// Clients of `graphql-ws` keep the socket that the listener `opened` is given, and send it
/// `JSON.stringify({ type: 'ping', payload: { authorization: 'Bearer …' } })`; the listener `pong`
/// is given the payload of the answer.
pub fn renewal(payload: Option<Value>) -> Option<InitPayload> {
    let payload = InitPayload::deserialize(payload?).ok()?;
    payload.authorization.is_some().then_some(payload)
}

/// Why a socket is closed: a code, and words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code. Clients come back after 1012 and 1013 and 4403, and not after the other 4xxx.
    pub code: u16,
    /// 123 bytes at most go over the wire.
    pub reason: String,
}

impl Close {
    /// Every code there is, as text.
    pub const CODES: [&str; 8] = [
        "1012", "1013", "4400", "4401", "4403", "4408", "4409", "4429",
    ];

    /// A close with this code and reason.
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        let end = reason.floor_char_boundary(123);
        reason.truncate(end);
        Self { code, reason }
    }

    /// The program stops; another one goes on.
    pub fn restarting() -> Self {
        Self::new(1012, "service restart")
    }

    /// The client does not read.
    pub fn too_slow() -> Self {
        Self::new(
            1013,
            "the client reads too slowly; reconnect with your last cursor",
        )
    }

    /// The message is none of the protocol.
    pub fn bad_message(why: impl std::fmt::Display) -> Self {
        Self::new(4400, format!("invalid message: {why}"))
    }

    /// The tenant has too many connections.
    pub fn full(error: &ApiError) -> Self {
        Self::new(1013, error.message())
    }

    /// The client does not answer pings.
    pub fn silent() -> Self {
        Self::new(
            1013,
            "the client does not answer; reconnect with your last cursor",
        )
    }

    /// No token, or none that is valid.
    pub fn unauthorized(why: &str) -> Self {
        Self::new(4401, format!("Unauthorized: {why}"))
    }

    /// Whoever the caller is, it is not let in; or who it is cannot be told now.
    pub fn refused(error: &ApiError) -> Self {
        match error.code() {
            Code::Unavailable => Self::new(1013, error.message()),
            _ => Self::unauthorized(error.message()),
        }
    }

    /// The caller was believed and is no more.
    pub fn withdrawn(why: Withdrawal) -> Self {
        match why {
            Withdrawal::Revoked => Self::new(4403, "the API key was revoked"),
            Withdrawal::Unchecked => Self::new(
                1013,
                "the API key cannot be checked now; reconnect with your last cursor",
            ),
        }
    }

    /// The token was valid and is no more.
    pub fn expired() -> Self {
        Self::new(4403, "the token has expired; reconnect with a new one")
    }

    /// No `connection_init` came.
    pub fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    /// The id is in use.
    pub fn duplicate(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }

    /// A second `connection_init`.
    pub fn second_init() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }
}

/// `connection_ack`.
pub const ACK: &str = r#"{"type":"connection_ack"}"#;
/// `pong`.
pub const PONG: &str = r#"{"type":"pong"}"#;

/// `pong` to a ping that brought a token.
pub fn pong(payload: &Value) -> String {
    format!(r#"{{"type":"pong","payload":{payload}}}"#)
}

/// The messages about one operation. What is the same in all of them is written once.
#[derive(Debug)]
pub struct Frames {
    /// The client's name for the operation, as JSON.
    id: String,
}

impl Frames {
    /// The messages about the operation that the client calls `id`.
    pub fn of(id: &str) -> Self {
        let id = Value::from(id).to_string();
        Self { id }
    }

    /// `next`: one answer.
    pub fn next(&self, answer: &str) -> String {
        self.frame("next", answer)
    }

    /// `error`: the operation was refused with these errors.
    pub fn error(&self, errors: &str) -> String {
        self.frame("error", errors)
    }

    /// `complete`: the operation has ended.
    pub fn complete(&self) -> String {
        format!(r#"{{"type":"complete","id":{}}}"#, self.id)
    }

    fn frame(&self, kind: &str, payload: &str) -> String {
        let parts = [
            r#"{"type":""#,
            kind,
            r#"","id":"#,
            &self.id,
            r#","payload":"#,
            payload,
            "}",
        ];
        parts.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_quotes_stays_one_id() {
        let frames = Frames::of(r#"a"b"#);
        assert_eq!(frames.complete(), r#"{"type":"complete","id":"a\"b"}"#);
        assert_eq!(
            frames.next("{}"),
            r#"{"type":"next","id":"a\"b","payload":{}}"#
        );
    }

    #[test]
    fn a_long_reason_is_cut_at_a_character() {
        let close = Close::bad_message("é".repeat(100));
        assert!(close.reason.len() <= 123 && close.reason.ends_with('é'));
    }
}
