//! Values that are written as text in queries and answers.

use async_graphql::{
    Description, ID, InputValueError, InputValueResult, Scalar, ScalarType, Value,
};
use std::str::FromStr;

use crate::error::ApiError;

/// A 48-bit MAC address. Answers show it in upper case with colons (`6C:3B:6B:A2:00:FC`); arguments
/// may be in upper or lower case, with colons, dashes, dots or nothing between the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Description)]
pub struct MacAddress(pub entity::mac::MacAddress);

#[Scalar(use_type_description)]
impl ScalarType for MacAddress {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text.parse().map_err(InputValueError::custom)?)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// The id in an argument. `what` names the thing for the error.
pub fn parse_id<T: FromStr>(what: &str, id: &ID) -> Result<T, ApiError> {
    id.parse().map_err(|_| {
        ApiError::bad_input(format!("{what} {:?} is no id: ids are UUIDs", id.as_str()))
    })
}

/// The ids in a list argument.
pub fn parse_ids<T: FromStr>(what: &str, ids: &[ID]) -> Result<Vec<T>, ApiError> {
    ids.iter().map(|id| parse_id(what, id)).collect()
}
