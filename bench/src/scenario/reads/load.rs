//! Sixteen clients that ask without a pause, and compare every answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::failure::{Doing as _, Failure};
use crate::http::Connection;

/// How many ask at the same time.
pub(super) const CLIENTS: usize = 16;
/// Prime to the number of questions: each client asks all of them, in another order than the next.
const STRIDE: usize = 7919;

/// A request, and the answer it must get, byte for byte: nobody writes meanwhile.
pub(super) struct Question {
    pub(super) request: Vec<u8>,
    pub(super) answer: Vec<u8>,
}

/// What came of asking.
pub(super) struct Answers {
    /// How many there were.
    pub(super) count: u64,
    /// How long they took, each, in milliseconds and in order.
    pub(super) times_ms: Vec<f64>,
}

/// Asks for `time`. One wrong answer fails it all.
pub(super) async fn ask(
    address: SocketAddr,
    questions: &Arc<Vec<Question>>,
    time: Duration,
) -> Result<Answers, Failure> {
    let end = Instant::now() + time;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(one(address, Arc::clone(questions), client * 31, end));
    }
    let mut times_ms = Vec::new();
    while let Some(ended) = clients.join_next().await {
        times_ms.extend(ended.doing("waiting for a client")??);
    }
    times_ms.sort_by(f64::total_cmp);
    Ok(Answers {
        count: times_ms.len() as u64,
        times_ms,
    })
}

async fn one(
    address: SocketAddr,
    questions: Arc<Vec<Question>>,
    mut next: usize,
    end: Instant,
) -> Result<Vec<f64>, Failure> {
    let asking = "asking a server under load";
    let mut connection = Connection::open(address).await.doing(asking)?;
    let mut times = Vec::with_capacity(100_000);
    loop {
        let begin = Instant::now();
        if begin > end {
            return Ok(times);
        }
        let question = &questions[next % questions.len()];
        let answer = connection.ask(&question.request).await.doing(asking)?;
        if answer != question.answer {
            let answer = String::from_utf8_lossy(answer).into_owned();
            return Err(Failure::new(format_args!("a wrong answer: {answer:.500}")));
        }
        times.push(begin.elapsed().as_secs_f64() * 1e3);
        next += STRIDE;
    }
}
