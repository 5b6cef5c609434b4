//! What is known of API keys, and for how long that may be believed. Pure: time comes as an argument.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ApiKeyId, TenantId};
use tokio::sync::watch;
use tokio::time::Instant;

use super::text::KeyHash;
use crate::auth::principal::Credential;
use crate::auth::role::Role;
use crate::auth::standing::{Standing, Withdrawal};
use crate::limits;

/// A row of `api_keys`.
#[derive(Clone, Debug)]
pub(super) struct KeyRow {
    pub(super) hash: KeyHash,
    pub(super) tenant: TenantId,
    pub(super) id: ApiKeyId,
    pub(super) role: Role,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) is_revoked: bool,
}

/// What there is to say of a key.
pub(super) enum Answer {
    /// It speaks for this caller.
    Holds(Credential),
    /// It does not, told in words.
    Refused(&'static str),
    /// That is not known, or not known any more.
    LookUp,
}

/// Keys that were looked up.
#[derive(Default)]
pub(crate) struct Book {
    known: HashMap<KeyHash, Known>,
    /// Keys that do not exist. A key that does not will not: it would have to be guessed.
    absent: HashMap<KeyHash, Instant>,
}

struct Known {
    row: KeyRow,
    checked: Instant,
    shown: Instant,
    /// When its use was last written down.
    noted: Option<Instant>,
    /// Whoever was let in by it listens.
    withdrawal: watch::Sender<Option<Withdrawal>>,
}

const ABSENT: &str = "there is no such API key; it may belong to another wisplink";
const REVOKED: &str = "the API key was revoked; ask an admin for a new one";
const EXPIRED: &str = "the API key has expired; ask an admin for a new one";

impl Book {
    /// What there is to say of the key with `hash`.
    pub(super) fn answer(&mut self, hash: &KeyHash, now: Instant, utc: DateTime<Utc>) -> Answer {
        if let Some(known) = self.known.get_mut(hash) {
            if now > known.checked + limits::API_KEY_TRUST {
                return Answer::LookUp;
            }
            known.shown = now;
            return known.answer(utc);
        }
        match self.absent.get(hash) {
            Some(&since) if now < since + limits::API_KEY_ABSENT => Answer::Refused(ABSENT),
            _ => Answer::LookUp,
        }
    }

    /// The keys that must be looked at again: those in use, by a caller or by an open socket. Lets go
    /// of all others.
    pub(super) fn in_use(&mut self, now: Instant) -> Vec<KeyHash> {
        self.known
            .retain(|_, known| known.is_watched() || now < known.shown + limits::API_KEY_IDLE);
        self.absent
            .retain(|_, since| now < *since + limits::API_KEY_ABSENT);
        self.known.keys().copied().collect()
    }

    /// Of `asked`, looked up at `at`, these `rows` are there.
    pub(super) fn learn(&mut self, asked: &[KeyHash], rows: Vec<KeyRow>, at: Instant) {
        let mut found: HashMap<KeyHash, KeyRow> =
            rows.into_iter().map(|row| (row.hash, row)).collect();
        for hash in asked {
            match (found.remove(hash), self.known.get_mut(hash)) {
                (Some(row), Some(known)) => known.renew(row, at),
                (Some(row), None) => {
                    self.known.insert(*hash, Known::new(row, at));
                }
                (None, known) => {
                    if let Some(known) = known {
                        known.withdrawal.send_replace(Some(Withdrawal::Revoked));
                        self.known.remove(hash);
                    }
                    self.forget_absent_when_full();
                    self.absent.insert(*hash, at);
                }
            }
        }
    }

    /// Nothing could be looked up: whoever was let in by a key that was not checked for too long must
    /// go.
    pub(super) fn despair(&mut self, now: Instant) {
        for known in self.known.values() {
            if now > known.checked + limits::API_KEY_UNCHECKED {
                known.say(Some(Withdrawal::Unchecked));
            }
        }
    }

    /// Keys that were used since it was last written down, and not just now. They count as written
    /// down from here on.
    pub(super) fn uses(&mut self, now: Instant) -> Vec<(TenantId, ApiKeyId)> {
        let mut used = Vec::new();
        for known in self.known.values_mut() {
            let due = known.noted.is_none_or(|noted| {
                let again = noted + limits::API_KEY_NOTE;
                now >= again && (known.is_watched() || known.shown > noted)
            });
            if due {
                known.noted = Some(now);
                used.push((known.row.tenant, known.row.id));
            }
        }
        used
    }

    /// A flood of made-up keys costs some memory, and no more.
    fn forget_absent_when_full(&mut self) {
        if self.absent.len() >= limits::API_KEYS_ABSENT {
            self.absent.clear();
        }
    }
}

impl Known {
    fn new(row: KeyRow, at: Instant) -> Self {
        let withdrawal = row.is_revoked.then_some(Withdrawal::Revoked);
        Self {
            row,
            checked: at,
            shown: at,
            noted: None,
            withdrawal: watch::Sender::new(withdrawal),
        }
    }

    fn renew(&mut self, row: KeyRow, at: Instant) {
        self.say(row.is_revoked.then_some(Withdrawal::Revoked));
        self.row = row;
        self.checked = at;
    }

    fn say(&self, withdrawal: Option<Withdrawal>) {
        self.withdrawal.send_if_modified(|said| {
            let news = *said != withdrawal;
            *said = withdrawal;
            news
        });
    }

    fn is_watched(&self) -> bool {
        self.withdrawal.receiver_count() > 0
    }

    fn answer(&self, now: DateTime<Utc>) -> Answer {
        let KeyRow {
            tenant,
            id,
            role,
            expires_at,
            is_revoked,
            ..
        } = self.row;
        if is_revoked {
            return Answer::Refused(REVOKED);
        }
        if expires_at.is_some_and(|end| end <= now) {
            return Answer::Refused(EXPIRED);
        }
        Answer::Holds(Credential {
            subject: format!("api-key:{id}"),
            role,
            tenant: Some(tenant),
            valid_until: expires_at,
            standing: Standing::watched(self.withdrawal.subscribe()),
        })
    }
}

#[cfg(test)]
mod tests;
