//! The schema: the roots. What limits a document stands in [`document`](super::document).

use async_graphql::{SDLExportOptions, Schema, SchemaBuilder};

use crate::graphql::mutation::Mutation;
use crate::graphql::query::Query;
use crate::graphql::subscription::Subscription;

/// The schema as it is served.
pub type WisplinkSchema = Schema<Query, Mutation, Subscription>;

/// The schema's parts, without any data.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
}

/// The schema in GraphQL's own language, as in `schema.graphql`.
pub fn sdl() -> String {
    builder()
        .finish()
        .sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}
