//! Takes connections in, and cuts those whose client does not read.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

use crate::limits;

/// A listener whose connections are not written to in vain for long. Sockets are closed by their
/// own rule before; answers and event streams have nobody else who would notice.
pub struct ImpatientListener(pub TcpListener);

/// One of its connections.
pub struct Line {
    stream: Pin<Box<TimeoutStream<TcpStream>>>,
    progress: Progress,
    is_full: bool,
}

/// How often a client was seen to read. What the kernel takes at once tells nothing; that it takes
/// more after it was full tells that the client has read.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// How often, since the connection was opened.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Line {
    /// How its client reads.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn note(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let was_full = std::mem::replace(&mut self.is_full, written.is_pending());
        let written = ready!(written);
        if was_full && written.is_ok() {
            self.progress.0.fetch_add(1, Ordering::Relaxed);
        }
        Poll::Ready(written)
    }
}

impl Listener for ImpatientListener {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without it the second of two events written apart waits 40 ms for the client's ACK of the
        // first.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        hold_little(&stream);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits::CONNECTION_WRITE));
        let line = Line {
            stream: Box::pin(stream),
            progress: Progress::default(),
            is_full: false,
        };
        (line, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// Lets the kernel hold little that is not sent yet. By itself it takes megabytes for a client that reads
/// slowly, and takes more only when a third of them was read: too seldom to tell whether it reads.
fn hold_little(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(stream).set_tcp_notsent_lowat(limits::CONNECTION_UNSENT_BYTES)
    {
        tracing::debug!(%error, "TCP_NOTSENT_LOWAT");
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(task, read)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream.as_mut().poll_write(task, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream.as_mut().poll_write_vectored(task, parts);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(task)
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn only_what_had_to_wait_tells_that_the_client_reads() {
        let mut listener = ImpatientListener(TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).await.unwrap();
        let (mut line, _) = listener.accept().await;
        let progress = line.progress();
        // More than the kernel holds for the two of them.
        let much = vec![0; 64 * 1024 * 1024];
        line.write_all(b"little").await.unwrap();
        assert_eq!(progress.count(), 0);
        let mut writing = Box::pin(line.write_all(&much));
        assert!(poll!(&mut writing).is_pending());
        assert_eq!(progress.count(), 0);
        let mut read = vec![0; 6 + much.len()];
        let (written, read) = tokio::join!(writing, client.read_exact(&mut read));
        written.unwrap();
        read.unwrap();
        assert!(progress.count() > 0);
    }
}
