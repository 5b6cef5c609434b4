//! Answers queries for links, devices and sites straight from rows to JSON.
//!
//! A [`plan`] is made of what is asked: one statement for a list with all that its rows refer to and
//! the first list below them ([`statement`]), one more for every further list, whatever the number of
//! rows ([`read`]). [`json`] writes the rows in the order of the query. What rows mean to the schema
//! stands in [`tables`].
//!
//! # Invariants
//! - What is not known here, and what is wrong with a request, is left to the resolvers: a plan is
//!   made of the whole query or not at all.
//! - Answers are to the byte those of the resolvers. A test compares them.

pub mod answer;
pub mod roots;
pub mod tables;
pub mod plan;
pub mod list;
pub mod columns;
pub mod statement;
pub mod read;
pub mod write;
pub mod json;
