//! Paths, and whether they are open to everybody: said in one place, so that what is served and what
//! a test walks is the same list.

use axum::Router;
use axum::routing::MethodRouter;

/// Who is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody. Nothing of any tenant's may show here.
    Open,
    /// Who shows a token or an API key.
    Token,
}

/// A path as `axum` writes it, and who is answered there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Like `/links/{id}`.
    pub path: &'static str,
    /// Who is answered.
    pub access: Access,
}

/// Routes whose stations still want an `S`.
#[derive(Debug)]
pub struct Routes<S = ()> {
    router: Router<S>,
    list: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Adds a path.
    #[must_use]
    pub fn route(mut self, path: &'static str, access: Access, to: MethodRouter<S>) -> Self {
        self.list.push(Route { path, access });
        self.router = self.router.route(path, to);
        self
    }

    /// Adds others.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.list.extend(others.list);
        self.router = self.router.merge(others.router);
        self
    }

    /// Gives the stations what they want.
    pub fn with_state<T: Clone + Send + Sync + 'static>(self, state: S) -> Routes<T> {
        Routes {
            router: self.router.with_state(state),
            list: self.list,
        }
    }

    /// What is served.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// What serves it.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}
