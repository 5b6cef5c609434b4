//! The messages of `graphql-transport-ws`, and the codes a socket is closed with.
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>

use serde::Deserialize;
use serde_json::value::RawValue;

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
    /// Wants a pong.
    Ping {},
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

/// Why a socket is closed: a code, and words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code. Clients come back after 1012 and 1013 and 4403, and not after the other 4xxx.
    pub code: u16,
    /// 123 bytes at most go over the wire.
    pub reason: String,
}

impl Close {
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

/// `next`: one answer of operation `id`.
pub fn next(id: &str, response: &RawValue) -> String {
    frame("next", id, Some(response.get()))
}

/// `error`: operation `id` was refused with these errors.
pub fn error(id: &str, errors: &RawValue) -> String {
    frame("error", id, Some(errors.get()))
}

/// `complete`: operation `id` has ended.
pub fn complete(id: &str) -> String {
    frame("complete", id, None)
}

fn frame(kind: &str, id: &str, payload: Option<&str>) -> String {
    let id = serde_json::Value::from(id);
    match payload {
        Some(payload) => format!(r#"{{"type":"{kind}","id":{id},"payload":{payload}}}"#),
        None => format!(r#"{{"type":"{kind}","id":{id}}}"#),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_quotes_stays_one_id() {
        assert_eq!(complete(r#"a"b"#), r#"{"type":"complete","id":"a\"b"}"#);
    }

    #[test]
    fn a_long_reason_is_cut_at_a_character() {
        let close = Close::bad_message("é".repeat(100));
        assert!(close.reason.len() <= 123 && close.reason.ends_with('é'));
    }
}
