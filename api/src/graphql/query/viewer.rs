//! `viewer`.

use async_graphql::Object;

use crate::graphql::types::viewer::Viewer;

/// Who asks.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The caller, as the token says.
    async fn viewer(&self) -> Viewer {
        Viewer
    }
}
