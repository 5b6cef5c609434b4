//! Waiting for what a test expects.

use std::time::Duration;

/// How long anything a test waits for may take. Timing decides no test: this only ends one that
/// would wait for ever.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Asks until there is an answer.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    answer.unwrap_or_else(|_| {
        panic!(
            "in {} s it did not come about that {what}",
            PATIENCE.as_secs()
        )
    })
}
