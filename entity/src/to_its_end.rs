//! A future that nobody can cut short.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// Runs where it is awaited. Whoever lets go of it before its end only does not hear of that: the
/// rest runs in a task of its own. A task from the start would do, but wakes another thread each
/// time.
pub(crate) struct ToItsEnd<T: Send + 'static>(Option<Boxed<T>>);

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<T: Send + 'static> ToItsEnd<T> {
    /// Will run `future` to its end, once it was awaited.
    pub(crate) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(Box::pin(future)))
    }
}

impl<T: Send + 'static> Future for ToItsEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<T> {
        let Some(future) = &mut self.0 else {
            // Its end was told already.
            return Poll::Pending;
        };
        let polled = future.as_mut().poll(task);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        if let (Some(rest), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_let_go_of_half_way_goes_on() {
        let (go, gone) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let mut half = ToItsEnd::new(async move {
            gone.await.unwrap();
            tell.send(1).unwrap();
            2
        });
        let polled = Pin::new(&mut half).poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
        drop(half);
        go.send(()).unwrap();
        assert_eq!(told.await.unwrap(), 1);
        assert_eq!(ToItsEnd::new(async { 3 }).await, 3);
    }
}
