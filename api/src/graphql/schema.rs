//! The schema: the roots, and the limits that hold before anything is resolved.

use async_graphql::{SDLExportOptions, Schema, SchemaBuilder};

use crate::graphql::mutation::Mutation;
use crate::graphql::query::Query;
use crate::graphql::subscription::Subscription;
use crate::limits;

/// The schema as it is served.
pub type WisplinkSchema = Schema<Query, Mutation, Subscription>;

/// The schema's parts, without any data.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .limit_depth(limits::DEPTH)
        .limit_directives(limits::DIRECTIVES)
}

/// The schema in GraphQL's own language, as in `schema.graphql`.
pub fn sdl() -> String {
    builder()
        .finish()
        .sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}
