//! Messages waiting for a lane, by tenant. The tenant that waits longest comes first.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::ids::TenantId;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::message::Message;
use crate::position::progress::Ticket;
use crate::trace::Trace;

/// A message to be applied.
#[derive(Debug)]
pub struct Job {
    /// The message.
    pub message: Message,
    /// Its place in its source.
    pub ticket: Ticket,
    /// Its trace.
    pub trace: Trace,
}

/// The waiting messages.
#[derive(Debug)]
pub struct Queue {
    state: Mutex<State>,
    work: Notify,
    released: Notify,
    size: usize,
    room: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<TenantId, VecDeque<Waiting>>,
    /// Tenants with waiting messages that no lane holds, in the order in which they began to wait.
    ready: VecDeque<TenantId>,
    busy: HashSet<TenantId>,
    closed: bool,
}

#[derive(Debug)]
struct Waiting {
    job: Job,
    place: OwnedSemaphorePermit,
}

/// Messages of one tenant. The tenant is held until this is dropped.
#[derive(Debug)]
pub struct Batch {
    tenant: TenantId,
    queue: Arc<Queue>,
    _places: Vec<OwnedSemaphorePermit>,
}

impl Queue {
    /// A queue with room for `room` messages.
    pub fn new(room: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            work: Notify::new(),
            released: Notify::new(),
            size: room,
            room: Arc::new(Semaphore::new(room)),
        })
    }

    /// How many messages wait here or are in a lane.
    pub fn len(&self) -> usize {
        self.size.saturating_sub(self.room.available_permits())
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets a message wait; waits itself while there is no room.
    pub async fn push(&self, job: Job) {
        // The semaphore is never closed.
        let Ok(place) = Arc::clone(&self.room).acquire_owned().await else {
            return;
        };
        let tenant = job.message.tenant();
        let mut state = self.state();
        let waiting = state.waiting.entry(tenant).or_default();
        waiting.push_back(Waiting { job, place });
        if waiting.len() == 1 && !state.busy.contains(&tenant) {
            state.ready.push_back(tenant);
            drop(state);
            self.work.notify_one();
        }
    }

    /// Up to `most` messages of the tenant that waits longest. None: closed, and nothing is left.
    pub async fn take(self: &Arc<Self>, most: usize) -> Option<(Batch, Vec<Job>)> {
        loop {
            let work = self.work.notified();
            tokio::pin!(work);
            work.as_mut().enable();
            if let Some(taken) = self.try_take(most) {
                return Some(taken);
            }
            if self.state().closed {
                return None;
            }
            work.await;
        }
    }

    /// Holds `tenant` as a lane does, as soon as no lane has it: its messages wait meanwhile.
    pub async fn hold(self: &Arc<Self>, tenant: TenantId) -> Batch {
        loop {
            let released = self.released.notified();
            tokio::pin!(released);
            released.as_mut().enable();
            if self.try_hold(tenant) {
                return Batch {
                    tenant,
                    queue: Arc::clone(self),
                    _places: Vec::new(),
                };
            }
            released.await;
        }
    }

    fn try_hold(&self, tenant: TenantId) -> bool {
        let mut state = self.state();
        state.ready.retain(|ready| *ready != tenant);
        state.busy.insert(tenant)
    }

    /// Lets the lanes end when everything waiting is done.
    pub fn close(&self) {
        self.state().closed = true;
        self.work.notify_waiters();
    }

    fn try_take(self: &Arc<Self>, most: usize) -> Option<(Batch, Vec<Job>)> {
        let mut state = self.state();
        let tenant = state.ready.pop_front()?;
        state.busy.insert(tenant);
        let waiting = state.waiting.get_mut(&tenant)?;
        let count = waiting.len().min(most);
        let (jobs, places) = waiting.drain(..count).map(|w| (w.job, w.place)).unzip();
        let batch = Batch {
            tenant,
            queue: Arc::clone(self),
            _places: places,
        };
        Some((batch, jobs))
    }

    fn release(&self, tenant: TenantId) {
        let mut state = self.state();
        state.busy.remove(&tenant);
        if state
            .waiting
            .get(&tenant)
            .is_some_and(|waiting| !waiting.is_empty())
        {
            state.ready.push_back(tenant);
            self.work.notify_one();
        } else {
            state.waiting.remove(&tenant);
        }
        self.released.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch {
    /// Whose messages these are.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.queue.release(self.tenant);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::ids::DeviceId;
    use entity::model::device::DeviceStatus;
    use uuid::Uuid;

    use super::*;
    use crate::decode::Kind;
    use crate::message::StatusReport;
    use crate::position::progress::Progress;

    fn progress() -> Arc<Progress> {
        let origin = entity::wire::dead_letter::Origin {
            stream: "TEST".to_owned(),
            created: DateTime::UNIX_EPOCH,
        };
        Progress::new(origin, 1, None)
    }

    fn job(tenant: u128, seq: u64, progress: &Arc<Progress>) -> Job {
        let message = Message::Status(StatusReport {
            tenant: TenantId(Uuid::from_u128(tenant)),
            device: DeviceId(Uuid::nil()),
            status: DeviceStatus::Online,
            model: None,
            serial_number: None,
            firmware_version: None,
            last_seen: DateTime::UNIX_EPOCH,
        });
        Job {
            message,
            ticket: progress.begin(seq, DateTime::UNIX_EPOCH, 0),
            trace: Trace::of(Kind::Status, None, seq),
        }
    }

    fn seqs(jobs: Vec<Job>) -> Vec<u64> {
        let seqs = jobs.iter().map(|job| job.ticket.seq()).collect();
        for job in jobs {
            job.ticket.done();
        }
        seqs
    }

    #[tokio::test]
    async fn a_tenant_is_in_one_lane_and_in_order() {
        let (queue, progress) = (Queue::new(10), progress());
        for (tenant, seq) in [(1, 1), (1, 2), (2, 3), (1, 4)] {
            queue.push(job(tenant, seq, &progress)).await;
        }
        let (first, jobs) = queue.take(2).await.unwrap();
        assert_eq!(seqs(jobs), [1, 2]);
        let (_second, jobs) = queue.take(2).await.unwrap();
        assert_eq!(seqs(jobs), [3], "the first tenant is held");
        drop(first);
        let (_third, jobs) = queue.take(2).await.unwrap();
        assert_eq!(seqs(jobs), [4]);
    }

    #[tokio::test]
    async fn a_held_tenant_waits_and_goes_on() {
        let (queue, progress) = (Queue::new(10), progress());
        queue.push(job(1, 1, &progress)).await;
        let held = queue.hold(TenantId(Uuid::from_u128(1))).await;
        queue.push(job(1, 2, &progress)).await;
        let mut taking = Box::pin(queue.take(5));
        assert!(futures::poll!(&mut taking).is_pending());
        let mut again = Box::pin(queue.hold(TenantId(Uuid::from_u128(1))));
        assert!(futures::poll!(&mut again).is_pending());
        drop(held);
        let (batch, jobs) = taking.await.unwrap();
        assert_eq!(seqs(jobs), [1, 2]);
        drop(batch);
        again.await;
    }

    #[tokio::test]
    async fn a_full_queue_lets_the_reader_wait_until_a_batch_is_done() {
        let (queue, progress) = (Queue::new(1), progress());
        queue.push(job(1, 1, &progress)).await;
        let mut second = Box::pin(queue.push(job(2, 2, &progress)));
        assert!(futures::poll!(&mut second).is_pending());
        let (batch, jobs) = queue.take(5).await.unwrap();
        assert!(futures::poll!(&mut second).is_pending(), "not applied yet");
        seqs(jobs);
        drop(batch);
        second.await;
    }

    #[tokio::test]
    async fn a_closed_queue_is_emptied_first() {
        let (queue, progress) = (Queue::new(5), progress());
        queue.push(job(1, 1, &progress)).await;
        queue.close();
        let (batch, jobs) = queue.take(5).await.unwrap();
        seqs(jobs);
        drop(batch);
        assert!(queue.take(5).await.is_none());
    }
}
