//! A client of wisplink's GraphQL, as any other program could be one.
//!
//! Documents name what they ask for `page` or `made`, so that one shape of answer serves all.

use std::time::Duration;

use entity::ids::TenantId;
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::error::SimulateError;

const PATIENCE: Duration = Duration::from_secs(30);

/// Acts with one token.
pub(super) struct GraphqlClient {
    http: reqwest::Client,
    url: String,
    token: String,
}

/// Something with a name.
#[derive(Debug, Deserialize)]
pub(super) struct Named<Id> {
    pub(super) id: Id,
    pub(super) name: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
    #[serde(default)]
    extensions: Extensions,
}

#[derive(Default, Deserialize)]
struct Extensions {
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
struct Paged<Node> {
    page: Page<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<Node> {
    nodes: Vec<Node>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Creation<Made> {
    made: Made,
}

impl GraphqlClient {
    /// A client of the wisplink at `url`.
    pub(super) fn new(url: &str, token: &str) -> Result<Self, SimulateError> {
        // It is here or next door; a proxy for the wide world does not know it.
        let http = reqwest::Client::builder()
            .no_proxy()
            .tls_built_in_root_certs(false)
            .timeout(PATIENCE)
            .build();
        Ok(Self {
            http: http.map_err(|source| SimulateError::Settings {
                url: url.to_owned(),
                source,
            })?,
            url: url.trim_end_matches('/').to_owned(),
            token: token.trim().to_owned(),
        })
    }

    /// All nodes of a connection: `query($after: String) { page: … { nodes {…} pageInfo {…} } }`.
    pub(super) async fn list<Node: DeserializeOwned>(
        &self,
        tenant: Option<TenantId>,
        doing: &'static str,
        query: &str,
    ) -> Result<Vec<Node>, SimulateError> {
        let mut nodes = Vec::new();
        let mut after = None;
        loop {
            let variables = json!({ "after": after });
            let Paged { page } = self
                .execute::<Paged<Node>>(tenant, doing, query, variables)
                .await?;
            nodes.extend(page.nodes);
            if !page.page_info.has_next_page || page.page_info.end_cursor.is_none() {
                return Ok(nodes);
            }
            after = page.page_info.end_cursor;
        }
    }

    /// What a mutation made: `mutation($input: …!) { made: … }`.
    pub(super) async fn create<Made: DeserializeOwned>(
        &self,
        tenant: Option<TenantId>,
        doing: &'static str,
        mutation: &str,
        input: Value,
    ) -> Result<Made, SimulateError> {
        let variables = json!({ "input": input });
        let creation: Creation<Made> = self.execute(tenant, doing, mutation, variables).await?;
        Ok(creation.made)
    }

    async fn execute<Data: DeserializeOwned>(
        &self,
        tenant: Option<TenantId>,
        doing: &'static str,
        query: &str,
        variables: Value,
    ) -> Result<Data, SimulateError> {
        let mut request = self
            .http
            .post(format!("{}/graphql", self.url))
            .bearer_auth(&self.token);
        if let Some(tenant) = tenant {
            request = request.header("X-Tenant-Id", tenant.to_string());
        }
        let request = request.json(&json!({ "query": query, "variables": variables }));
        self.answer(request, doing).await
    }

    async fn answer<Data: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        doing: &'static str,
    ) -> Result<Data, SimulateError> {
        let url = || self.url.clone();
        let response = request.send().await.map_err(|source| {
            if source.is_builder() {
                SimulateError::Settings { url: url(), source }
            } else {
                SimulateError::Unreachable { url: url(), source }
            }
        })?;
        let status = response.status();
        let unreachable = |source| SimulateError::Unreachable { url: url(), source };
        let body = response.bytes().await.map_err(unreachable)?;
        let strange = |_| SimulateError::NotWisplink { url: url(), status };
        let answer: Answer = serde_json::from_slice(&body).map_err(strange)?;
        match answer.errors.into_iter().next() {
            Some(failure) => Err(failure.of(doing)),
            None => serde_json::from_value(answer.data).map_err(strange),
        }
    }
}

impl Failure {
    fn of(self, doing: &'static str) -> SimulateError {
        let message = self.message;
        match self.extensions.code.as_str() {
            "UNAUTHENTICATED" | "FORBIDDEN" => SimulateError::NotAllowed { doing, message },
            _ => SimulateError::Refused { doing, message },
        }
    }
}

#[cfg(test)]
mod tests;
