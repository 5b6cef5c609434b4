//! Counts operations by their names.
//!
//! # Invariants
//! - Clients choose the names, so there is room for so many and no more: those of trusted documents,
//!   and the first [`limits::OPERATION_NAMES`] others that were executed. The rest is `other`.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_graphql::ServerError;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::DocumentOperations;
use metrics::{Counter, Histogram, SharedString, counter, histogram};

use crate::error::Code;
use crate::limits;

/// Operations that have no name.
const UNNAMED: &str = "unnamed";
/// Operations for whose names there is no room.
const OTHER: &str = "other";

const OPERATIONS: &str = "wisplink_graphql_operations_total";
const DURATION: &str = "wisplink_graphql_operation_duration_seconds";
const REFUSED: &str = "wisplink_graphql_refused_total";

/// All meters.
pub struct Meters {
    of: RwLock<HashMap<String, Arc<Meter>>>,
    unnamed: Arc<Meter>,
    other: Arc<Meter>,
    /// Names there may be.
    room: usize,
}

/// The meter of one name. It is asked for once and then kept: a query may take 0.1 ms.
pub struct Meter {
    name: SharedString,
    duration: Histogram,
    ok: Counter,
}

impl Meters {
    /// Meters for the operations of `trusted` documents, and room for others.
    pub fn new<'a>(trusted: impl Iterator<Item = &'a String>) -> Self {
        let names = trusted.flat_map(|text| names(text));
        let of: HashMap<_, _> = names
            .map(|name| (name.clone(), Arc::new(Meter::new(name.into()))))
            .collect();
        Self {
            room: of.len() + limits::OPERATION_NAMES,
            of: RwLock::new(of),
            unnamed: Arc::new(Meter::new(UNNAMED.into())),
            other: Arc::new(Meter::new(OTHER.into())),
        }
    }

    /// The meter of an operation that is about to be executed.
    pub fn of(&self, name: Option<&str>) -> Arc<Meter> {
        let Some(name) = name else {
            return Arc::clone(&self.unnamed);
        };
        let known = self.of.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = known.get(name) {
            return Arc::clone(meter);
        }
        let is_full = known.len() >= self.room || name.len() > limits::OPERATION_NAME_BYTES;
        drop(known);
        if is_full {
            return Arc::clone(&self.other);
        }
        let mut known = self.of.write().unwrap_or_else(PoisonError::into_inner);
        // Another request may have taken the last place meanwhile.
        if known.len() >= self.room && !known.contains_key(name) {
            return Arc::clone(&self.other);
        }
        let new = || Arc::new(Meter::new(name.to_owned().into()));
        Arc::clone(known.entry(name.to_owned()).or_insert_with(new))
    }
}

impl Meter {
    fn new(name: SharedString) -> Self {
        Self {
            duration: histogram!(DURATION, "operation" => name.clone()),
            ok: counter!(OPERATIONS, "operation" => name.clone(), "outcome" => "ok"),
            name,
        }
    }

    /// A query or mutation took so long, and went wrong in this way if in any.
    pub fn executed(&self, took: Duration, errors: &[ServerError]) {
        self.duration.record(took);
        match errors.first() {
            None => self.ok.increment(1),
            Some(error) => self.ended(code(error)),
        }
    }

    /// A client subscribed.
    pub fn subscribed(&self) {
        self.ended("subscribed");
    }

    fn ended(&self, outcome: &'static str) {
        counter!(OPERATIONS, "operation" => self.name.clone(), "outcome" => outcome).increment(1);
    }
}

/// Counts what was refused before anything ran.
pub fn refused(code: Code) {
    counter!(REFUSED, "code" => code.as_str()).increment(1);
}

/// Counts an operation that was refused before it ran.
pub fn not_admitted(error: &ServerError) {
    counter!(REFUSED, "code" => code(error)).increment(1);
}

/// The code of `error`; those of the parser and the validator have none yet.
fn code(error: &ServerError) -> &'static str {
    Code::of(error).unwrap_or(Code::BadInput).as_str()
}

/// The names of a document's operations; none if it cannot be read.
fn names(text: &str) -> Vec<String> {
    match parse_query(text).map(|document| document.operations) {
        Ok(DocumentOperations::Multiple(all)) => all.keys().map(ToString::to_string).collect(),
        Ok(DocumentOperations::Single(_)) | Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_bound_and_trusted_ones_a_place() {
        let trusted = ["query Map { viewer { role } }".to_owned()];
        let meters = Meters::new(trusted.iter());
        let name = |asked: Option<&str>| meters.of(asked).name.to_string();
        for number in 0..limits::OPERATION_NAMES {
            let asked = format!("N{number}");
            assert_eq!(name(Some(&asked)), asked);
        }
        assert_eq!(name(Some("OneMore")), OTHER);
        assert_eq!(name(Some("Map")), "Map");
        assert_eq!(name(Some("N0")), "N0");
        assert_eq!(name(None), UNNAMED);
        let long = "N".repeat(limits::OPERATION_NAME_BYTES + 1);
        let meter = Meters::new(trusted.iter()).of(Some(&long));
        assert_eq!(meter.name.to_string(), OTHER);
    }
}
