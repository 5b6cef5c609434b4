//! Reading on while there is no consumer.

use std::time::Duration;

use entity::direct::Direct;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::keeper::Current;
use super::reader::Reader;

/// How long to wait for the next message where there was none.
const LOOK: Duration = Duration::from_millis(100);

impl Reader {
    /// Runs `other`, and meanwhile reads what can be read without a consumer.
    pub(super) async fn meanwhile<T>(
        &self,
        current: &Current,
        other: impl Future<Output = T>,
    ) -> T {
        let over = CancellationToken::new();
        let other = async {
            let done = other.await;
            over.cancel();
            done
        };
        let (done, ()) = tokio::join!(other, self.read_on(current, &over));
        done
    }

    /// Reads on until it is `over`. A message that was begun is taken in: who stopped in between would
    /// hold back the position.
    async fn read_on(&self, current: &Current, over: &CancellationToken) {
        let Some(reading) = current.get() else { return };
        let (stream, subject) = (&self.source.stream, &self.source.subject);
        let Ok(direct) = Direct::of(&self.jetstream, stream, subject).await else {
            return;
        };
        while let mark @ Some(_) = reading.mark() {
            let message = tokio::select! {
                () = over.cancelled() => return,
                message = direct.get(mark, reading.next()) => message,
            };
            if let Ok(Some(message)) = message {
                self.take_in(message.into(), &reading).await;
                continue;
            }
            tokio::select! {
                () = over.cancelled() => return,
                () = sleep(LOOK) => {}
            }
        }
    }
}
