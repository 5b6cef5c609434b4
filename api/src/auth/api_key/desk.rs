//! Looks keys up: those that somebody waits for, and once a second all that are in use, in one
//! statement.

use std::sync::{Arc, Mutex};

use entity::args;
use entity::database::Database;
use entity::model::api_key::ApiKeyRole;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::book::{Book, KeyRow};
use super::text::KeyHash;
use super::{ApiKeys, Ask, open};
use crate::error::ApiError;
use crate::limits;

/// Whose key it is becomes known here, so no tenant can be named; the role may read this table only.
const LOOK_UP: &str = "
    SELECT key_hash, tenant_id, id, role, expires_at, revoked_at IS NOT NULL
    FROM api_keys WHERE key_hash = ANY($1)";

/// Where keys are looked up.
pub(crate) struct Desk {
    book: Arc<Mutex<Book>>,
    asks: mpsc::Receiver<Ask>,
    database: Database,
}

impl Desk {
    /// A desk, and what is asked at it. `database` acts as the role that may look keys up.
    pub(in crate::auth) fn new(database: Database) -> (Self, ApiKeys) {
        let (ask, asks) = mpsc::channel(limits::API_KEYS_AT_ONCE);
        let book = Arc::new(Mutex::new(Book::default()));
        let keys = ApiKeys {
            book: Arc::clone(&book),
            asks: ask,
        };
        let desk = Self {
            book,
            asks,
            database,
        };
        (desk, keys)
    }

    /// The same knowledge, for whoever writes down what was used.
    pub(in crate::auth) fn book(&self) -> Arc<Mutex<Book>> {
        Arc::clone(&self.book)
    }

    /// Looks up until `shutdown`.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let mut round = interval(limits::API_KEY_ROUND);
        round.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut asks = Vec::new();
            let known = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                // Before those who ask, or a flood of them would let the rest grow old.
                _ = round.tick() => open(&self.book).in_use(Instant::now()),
                _ = self.asks.recv_many(&mut asks, limits::API_KEYS_AT_ONCE) => Vec::new(),
            };
            self.look_up(known, asks).await;
        }
    }

    async fn look_up(&self, mut hashes: Vec<KeyHash>, asks: Vec<Ask>) {
        hashes.extend(asks.iter().map(|ask| ask.hash));
        if hashes.is_empty() {
            return;
        }
        // What is committed later may not be seen.
        let at = Instant::now();
        let answer = match self.rows(&hashes).await {
            Ok(rows) => {
                open(&self.book).learn(&hashes, rows, at);
                Ok(())
            }
            Err(error) => {
                open(&self.book).despair(Instant::now());
                Err(ApiError::from(error))
            }
        };
        for ask in asks {
            // Whoever does not wait any more does not need it.
            let _ = ask.answered.send(answer.clone());
        }
    }

    async fn rows(&self, hashes: &[KeyHash]) -> Result<Vec<KeyRow>, sqlx::Error> {
        let hashes: Vec<&[u8]> = hashes.iter().map(KeyHash::as_bytes).collect();
        let tx = self.database.system().await?;
        let rows = tx.rows(LOOK_UP, args![hashes]?).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &PgRow) -> Result<KeyRow, sqlx::Error> {
    let hash = KeyHash::from_row(row.try_get(0)?);
    let role: ApiKeyRole = row.try_get(3)?;
    Ok(KeyRow {
        // The table's check lets in no other length.
        hash: hash.ok_or_else(|| sqlx::Error::Decode("the length of a key_hash".into()))?,
        tenant: row.try_get(1)?,
        id: row.try_get(2)?,
        role: role.into(),
        expires_at: row.try_get(4)?,
        is_revoked: row.try_get(5)?,
    })
}
