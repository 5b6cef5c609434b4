//! What a client learns of a failure: the only place where faults become codes.
//!
//! # Invariants
//! - Text of inner errors never reaches a client; it is logged, once, with the request's id.
//! - [`ApiError`] has no `Display`: async-graphql would otherwise send any error's text by itself.

use async_graphql::{Error, ErrorExtensionValues, ServerError, Value};
use entity::ids::TenantId;

/// A failure, as the client sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    code: Code,
    message: String,
}

/// What kind of failure it is, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// No token, or none that is valid.
    Unauthenticated,
    /// The caller's role may not do this.
    Forbidden,
    /// There is no such thing in the caller's tenant.
    NotFound,
    /// The request cannot be understood.
    BadInput,
    /// It contradicts what is there already.
    Conflict,
    /// It asks for more than is allowed.
    LimitExceeded,
    /// The service cannot answer now.
    Unavailable,
    /// No document with this hash is remembered here: send its text once.
    PersistedQueryNotFound,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 9] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::BadInput,
        Self::Conflict,
        Self::LimitExceeded,
        Self::Unavailable,
        Self::PersistedQueryNotFound,
        Self::Internal,
    ];

    /// What `error` says it is. Those of the parser and the validator say nothing.
    pub fn of(error: &ServerError) -> Option<Self> {
        let said = error.extensions.as_ref()?.get("code")?;
        Self::ALL
            .into_iter()
            .find(|code| matches!(said, Value::String(text) if text == code.as_str()))
    }

    /// The text in `extensions.code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput => "BAD_INPUT",
            Self::Conflict => "CONFLICT",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Unavailable => "UNAVAILABLE",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::Internal => "INTERNAL",
        }
    }
}

impl ApiError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// No token, or none that is valid.
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Self::new(Code::Unauthenticated, message)
    }

    /// The caller's role may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// There is no such thing in the caller's tenant. Said of another tenant's things, too.
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("there is no {what} {id}"))
    }

    /// The request cannot be understood.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Code::BadInput, message)
    }

    /// The request contradicts what is there already.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// The request asks for more than is allowed.
    pub fn limit(what: &str, asked: usize, allowed: usize) -> Self {
        Self::new(
            Code::LimitExceeded,
            format!("{what}: {asked} asked for, {allowed} allowed"),
        )
    }

    /// The request is larger than is allowed; how large is not known.
    pub fn too_large(what: &str, allowed: usize) -> Self {
        Self::new(Code::LimitExceeded, format!("{what} the {allowed} allowed"))
    }

    /// No document with this hash is remembered here. Clients look for these very words.
    pub fn persisted_query_not_found() -> Self {
        Self::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound")
    }

    /// The service cannot answer now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Code::Unavailable, message)
    }

    /// What kind of failure it is.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What to tell a person.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Logs what the database said and tells the client only whether trying again can help.
impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        match entity::error::fault(&error) {
            entity::error::Fault::Temporary => {
                tracing::warn!(error = %chain(&error), "the database did not answer");
                Self::unavailable("the database does not answer; try again")
            }
            entity::error::Fault::Data | entity::error::Fault::Other => {
                tracing::error!(error = %chain(&error), "a statement failed");
                Self::new(
                    Code::Internal,
                    "something went wrong on our side; it was logged",
                )
            }
        }
    }
}

impl From<sea_orm::DbErr> for ApiError {
    fn from(error: sea_orm::DbErr) -> Self {
        use sea_orm::{DbErr, RuntimeErr};
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(inner))
            | DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => match std::sync::Arc::try_unwrap(inner)
            {
                Ok(inner) => inner.into(),
                Err(shared) => internal(&*shared),
            },
            other => internal(&other),
        }
    }
}

/// What a refused insertion of a tenant's rows means: a conflict, told by `message`, if such a row
/// is there already; if nothing is there to belong to, it is the tenant itself that is missing.
pub fn on_insert(
    error: sea_orm::DbErr,
    tenant: TenantId,
    message: impl FnOnce() -> String,
) -> ApiError {
    use sea_orm::SqlErr::{ForeignKeyConstraintViolation, UniqueConstraintViolation};
    match error.sql_err() {
        Some(UniqueConstraintViolation(_)) => ApiError::conflict(message()),
        Some(ForeignKeyConstraintViolation(_)) => ApiError::not_found("tenant", tenant),
        _ => error.into(),
    }
}

/// What a refused change of one of a tenant's rows means: it is not there, or it would be like
/// another, told by `message`.
pub fn on_update(
    error: sea_orm::DbErr,
    (what, id): (&str, impl std::fmt::Display),
    message: impl FnOnce() -> String,
) -> ApiError {
    use sea_orm::DbErr::{RecordNotFound, RecordNotUpdated};
    match (&error, error.sql_err()) {
        (RecordNotFound(_) | RecordNotUpdated, _) => ApiError::not_found(what, id),
        (_, Some(sea_orm::SqlErr::UniqueConstraintViolation(_))) => ApiError::conflict(message()),
        _ => error.into(),
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code.as_str());
        Self {
            message: error.message,
            source: None,
            extensions: Some(extensions),
        }
    }
}

fn internal(error: &dyn std::error::Error) -> ApiError {
    tracing::error!(error = %chain(error), "a request failed");
    ApiError::new(
        Code::Internal,
        "something went wrong on our side; it was logged",
    )
}

/// An error with everything that caused it, for the log.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
