//! Takes connections in, and cuts those whose client does not read.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

use crate::limits;

/// A listener whose connections are not written to in vain for long. Sockets are closed by their
/// own rule before; answers and event streams have nobody else who would notice.
pub struct ImpatientListener(pub TcpListener);

impl Listener for ImpatientListener {
    type Io = Pin<Box<TimeoutStream<TcpStream>>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without it the second of two events written apart waits 40 ms for the client's ACK of the
        // first.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits::CONNECTION_WRITE));
        (Box::pin(stream), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}
