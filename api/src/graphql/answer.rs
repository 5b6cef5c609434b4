//! An answer, and how it is written: the same on every way out.

use std::sync::Arc;

use async_graphql::{Response, ServerError, Value};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::Code;
use crate::graphql::order::{Order, Ordered};
use crate::http::request_id::RequestId;

/// What an operation answers.
#[derive(Debug)]
pub struct Answer {
    data: Data,
    errors: Vec<ServerError>,
    is_degraded: bool,
}

#[derive(Debug)]
enum Data {
    /// Values, and the order of their keys.
    Tree(Value, Arc<Order>),
    /// JSON.
    Written(Vec<u8>),
    /// There is none: nothing was executed.
    Absent,
}

impl Answer {
    /// The answer of resolvers, whose keys are to stand in `order`.
    pub fn resolved(response: Response, order: Arc<Order>) -> Self {
        Self {
            data: Data::Tree(response.data, order),
            errors: response.errors,
            is_degraded: false,
        }
    }

    /// Where a field failed, the answer holds null in its place, or in that of what holds it.
    #[must_use]
    pub fn completed(mut self) -> Self {
        if let Data::Tree(data, order) = &mut self.data
            && !self.errors.is_empty()
        {
            order.complete(data);
        }
        self
    }

    /// The answer whose data is `json` already.
    pub const fn written(json: Vec<u8>, errors: Vec<ServerError>) -> Self {
        let data = Data::Written(json);
        Self {
            data,
            errors,
            is_degraded: false,
        }
    }

    /// The answer to what could not be executed.
    pub fn refused(errors: Vec<ServerError>) -> Self {
        Self {
            data: Data::Absent,
            errors,
            is_degraded: false,
        }
    }

    /// Says with the answer whether live events are late.
    #[must_use]
    pub const fn degraded(mut self, is_degraded: bool) -> Self {
        self.is_degraded = is_degraded;
        self
    }

    /// Gives every error the request's id; those of the parser and the validator also get a code.
    #[must_use]
    pub fn with_request_id(mut self, id: RequestId) -> Self {
        for error in &mut self.errors {
            let extensions = error.extensions.get_or_insert_default();
            if extensions.get("code").is_none() {
                extensions.set("code", Code::BadInput.as_str());
            }
            extensions.set("requestId", id.0.to_string());
            error.locations.retain(|place| place.line > 0);
        }
        self
    }

    /// What went wrong.
    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }

    /// Whether something in it could not be had now, but may be had later.
    pub fn is_unavailable(&self) -> bool {
        let mut codes = self.errors.iter().map(Code::of);
        codes.any(|code| code == Some(Code::Unavailable))
    }

    /// Whether anything was executed.
    pub const fn ran(&self) -> bool {
        !matches!(self.data, Data::Absent)
    }

    /// Whether there is nothing but errors.
    pub fn is_refusal(&self) -> bool {
        let is_null = match &self.data {
            Data::Tree(value, _) => *value == Value::Null,
            Data::Written(json) => json == b"null",
            Data::Absent => true,
        };
        is_null && !self.errors.is_empty()
    }

    /// The answer as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = br#"{"data":"#.to_vec();
        match &self.data {
            Data::Written(data) => json.extend_from_slice(data),
            Data::Tree(value, order) => write(&mut json, &Ordered { value, order }),
            Data::Absent => json.truncate(1),
        }
        if !self.errors.is_empty() {
            if self.ran() {
                json.push(b',');
            }
            json.extend_from_slice(br#""errors":"#);
            write(&mut json, &self.errors);
        }
        if self.is_degraded && self.ran() {
            json.extend_from_slice(DEGRADED);
        }
        json.push(b'}');
        json
    }

    /// The answer as part of a message.
    pub fn to_raw(&self) -> Box<RawValue> {
        String::from_utf8(self.to_json())
            .ok()
            .and_then(|json| RawValue::from_string(json).ok())
            .unwrap_or_else(|| {
                tracing::error!("an answer is no JSON");
                RawValue::NULL.to_owned()
            })
    }
}

/// Said while NATS is away.
const DEGRADED: &[u8] = br#","extensions":{"degraded":"live events are late"}"#;

fn write(json: &mut Vec<u8>, value: &impl Serialize) {
    let start = json.len();
    if let Err(error) = serde_json::to_writer(&mut *json, value) {
        tracing::error!(%error, "an answer could not be written as JSON");
        json.truncate(start);
        json.extend_from_slice(b"null");
    }
}
