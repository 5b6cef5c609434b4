use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt as _;

use super::*;
use crate::auth::api_key::text::NewKey;

fn row() -> KeyRow {
    KeyRow {
        hash: NewKey::generate().unwrap().hash(),
        tenant: TenantId::new(),
        id: ApiKeyId::new(),
        role: Role::Viewer,
        expires_at: None,
        is_revoked: false,
    }
}

/// A book, and the time that passes in it.
struct Story {
    book: Book,
    now: Instant,
}

impl Story {
    fn begin() -> Self {
        Self {
            book: Book::default(),
            now: Instant::now(),
        }
    }

    fn learn(&mut self, asked: &KeyRow, there: bool) {
        let rows = there.then(|| asked.clone()).into_iter().collect();
        self.book.learn(&[asked.hash], rows, self.now);
    }

    fn later(&mut self, time: Duration) {
        self.now += time;
    }

    fn answer(&mut self, key: &KeyRow) -> Result<Credential, &'static str> {
        match self.book.answer(&key.hash, self.now, Utc::now()) {
            Answer::Holds(credential) => Ok(credential),
            Answer::Refused(words) => Err(words),
            Answer::LookUp => Err("look up"),
        }
    }
}

const MOMENT: Duration = Duration::from_millis(1);

#[test]
fn a_key_is_believed_for_a_moment_only() {
    let (mut story, key) = (Story::begin(), row());
    assert_eq!(story.answer(&key).err(), Some("look up"));
    story.learn(&key, true);
    story.later(limits::API_KEY_TRUST);
    assert_eq!(story.answer(&key).unwrap().tenant, Some(key.tenant));
    story.later(MOMENT);
    assert_eq!(story.answer(&key).err(), Some("look up"));
}

#[test]
fn a_key_that_is_not_there_is_not_looked_up_again_and_again() {
    let (mut story, key) = (Story::begin(), row());
    story.learn(&key, false);
    assert_eq!(story.answer(&key).err(), Some(ABSENT));
    assert!(story.book.in_use(story.now).is_empty());
    story.later(limits::API_KEY_ABSENT);
    assert_eq!(story.answer(&key).err(), Some("look up"));
    for _ in 0..limits::API_KEYS_ABSENT + 10 {
        story.book.forget_absent_when_full();
        story.book.absent.insert(row().hash, story.now);
    }
    assert!(story.book.absent.len() <= limits::API_KEYS_ABSENT);
}

#[test]
fn revoked_and_expired_keys_are_refused_and_who_came_by_them_must_go() {
    let (mut story, mut key) = (Story::begin(), row());
    story.learn(&key, true);
    let caller = story.answer(&key).unwrap();
    assert_eq!(caller.standing.withdrawn().now_or_never(), None);
    key.is_revoked = true;
    story.learn(&key, true);
    assert_eq!(story.answer(&key).err(), Some(REVOKED));
    let told = caller.standing.withdrawn().now_or_never();
    assert_eq!(told, Some(Withdrawal::Revoked));

    let mut key = row();
    key.expires_at = Some(Utc::now() - TimeDelta::seconds(1));
    story.learn(&key, true);
    assert_eq!(story.answer(&key).err(), Some(EXPIRED));

    let key = row();
    story.learn(&key, true);
    let caller = story.answer(&key).unwrap();
    story.learn(&key, false);
    let told = caller.standing.withdrawn().now_or_never();
    assert_eq!(told, Some(Withdrawal::Revoked), "its row is gone");
}

#[test]
fn a_key_that_cannot_be_checked_for_long_is_believed_no_more() {
    let (mut story, key) = (Story::begin(), row());
    story.learn(&key, true);
    let caller = story.answer(&key).unwrap();
    story.later(limits::API_KEY_UNCHECKED);
    story.book.despair(story.now);
    assert_eq!(caller.standing.withdrawn().now_or_never(), None);
    story.later(MOMENT);
    story.book.despair(story.now);
    let told = caller.standing.withdrawn().now_or_never();
    assert_eq!(told, Some(Withdrawal::Unchecked));
    story.learn(&key, true);
    let caller = story.answer(&key).unwrap();
    assert_eq!(caller.standing.withdrawn().now_or_never(), None);
}

#[test]
fn a_key_is_kept_in_sight_while_it_is_used_or_a_socket_is_open() {
    let (mut story, key) = (Story::begin(), row());
    story.learn(&key, true);
    let caller = story.answer(&key).unwrap();
    story.later(10 * limits::API_KEY_IDLE);
    assert_eq!(story.book.in_use(story.now), [key.hash]);
    drop(caller);
    assert!(story.book.in_use(story.now).is_empty());
}

#[test]
fn a_use_is_written_down_once_in_a_while() {
    let (mut story, key) = (Story::begin(), row());
    story.learn(&key, true);
    assert_eq!(story.book.uses(story.now), [(key.tenant, key.id)]);
    story.later(MOMENT);
    story.learn(&key, true);
    story.answer(&key).unwrap();
    assert!(story.book.uses(story.now).is_empty());
    story.later(limits::API_KEY_NOTE);
    assert_eq!(story.book.uses(story.now).len(), 1);
    story.later(limits::API_KEY_NOTE);
    assert!(story.book.uses(story.now).is_empty(), "nobody came");
}
