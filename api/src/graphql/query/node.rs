//! `node`.

use async_graphql::{Context, ID, Object};

use crate::error::ApiError;
use crate::graphql::scalar::parse_id;
use crate::graphql::types::node::Node;

/// Finding anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The link, device, site or interface with this id; null if the tenant has none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, a UUID.")] id: ID,
    ) -> Result<Option<Node>, ApiError> {
        Node::find(ctx, parse_id("node", &id)?).await
    }
}
