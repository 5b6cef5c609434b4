//! A server that answers GraphQL over HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::failure::{Doing as _, Failure};
use crate::http::{self, Connection};
use crate::process::Process;
use crate::stage::Stage;
use crate::token;

/// How long a server may take until it answers.
const START: Duration = Duration::from_mins(1);

/// A running server.
pub(crate) struct Server {
    /// The program.
    pub(crate) process: Process,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

/// Starts wisplink with `arguments`, and waits until it answers.
pub(crate) async fn ours(stage: &Stage, arguments: &[&str]) -> Result<Server, Failure> {
    let address = free_address()?;
    let listen = address.to_string();
    let arguments = [arguments, &["--listen", &listen]].concat();
    let process = stage.start("serve", &arguments)?;
    Server { process, address }.ready().await
}

impl Server {
    /// Asks once.
    pub(crate) async fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Failure> {
        let asking = "asking a server once";
        let mut connection = Connection::open(self.address).await.doing(asking)?;
        let answer = connection.ask(request).await.doing(asking)?;
        Ok(answer.to_vec())
    }

    /// The server, once it answers.
    pub(crate) async fn ready(mut self) -> Result<Self, Failure> {
        let body = r#"{"query":"{ __typename }"}"#;
        let request = http::request(self.address, &token::of(1)?, body);
        let deadline = Instant::now() + START;
        loop {
            self.process.check()?;
            match self.ask(&request).await {
                Ok(_) => return Ok(self),
                Err(failure) if Instant::now() > deadline => return Err(failure),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// An address that was free a moment ago.
pub(crate) fn free_address() -> Result<SocketAddr, Failure> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = std::net::TcpListener::bind(any).doing("looking for a free port")?;
    listener.local_addr().doing("looking for a free port")
}
