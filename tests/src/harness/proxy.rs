//! Stands between a program and PostgreSQL, and writes down which statements the program runs.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex};

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::TestDatabase;

/// A way to a database where statements are seen.
pub struct Proxy {
    url: String,
    transactions: Transactions,
    task: JoinHandle<()>,
}

/// The statements of each transaction, in the order in which transactions ended.
type Transactions = Arc<Mutex<Vec<Vec<String>>>>;

impl Proxy {
    /// Listens for programs that want to reach `database`.
    pub async fn to(database: &TestDatabase) -> Self {
        let direct = PgConnectOptions::from_str(&database.url()).unwrap();
        let server = (direct.get_host().to_owned(), direct.get_port());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let transactions = Transactions::default();
        let seen = Arc::clone(&transactions);
        let task = tokio::spawn(async move {
            loop {
                let (program, _) = listener.accept().await.unwrap();
                let database = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(program, database, Arc::clone(&seen)));
            }
        });
        Self {
            url: direct.port(port).to_url_lossy().into(),
            transactions,
            task,
        }
    }

    /// The address for the program.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All transactions so far that ran a statement with this text in it.
    pub fn transactions_with(&self, text: &str) -> Vec<Vec<String>> {
        let transactions = self.transactions.lock().unwrap();
        let has = |statements: &&Vec<String>| statements.iter().any(|one| one.contains(text));
        transactions.iter().filter(has).cloned().collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(program: TcpStream, database: TcpStream, seen: Transactions) {
    // Held back, small messages would wait 40 ms for each other.
    program.set_nodelay(true).unwrap();
    database.set_nodelay(true).unwrap();
    let (mut from_program, mut to_program) = program.into_split();
    let (mut from_database, mut to_database) = database.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_database, &mut to_program).await });
    let mut session = Session {
        prepared: HashMap::new(),
        statements: Vec::new(),
        seen,
    };
    // The first message has no kind.
    let mut kind_length = 0;
    loop {
        let mut head = vec![0; kind_length + 4];
        if from_program.read_exact(&mut head).await.is_err() {
            return;
        }
        let length = u32::from_be_bytes(head[kind_length..].try_into().unwrap());
        let mut body = vec![0; length as usize - 4];
        from_program.read_exact(&mut body).await.unwrap();
        if kind_length == 1 {
            session.hear(head[0], &body);
        }
        kind_length = 1;
        head.append(&mut body);
        if to_database.write_all(&head).await.is_err() {
            return;
        }
    }
}

/// One connection.
struct Session {
    prepared: HashMap<String, String>,
    statements: Vec<String>,
    seen: Transactions,
}

impl Session {
    fn hear(&mut self, kind: u8, body: &[u8]) {
        let mut texts = body.split(|byte| *byte == 0);
        let mut text = || String::from_utf8_lossy(texts.next().unwrap_or_default()).into_owned();
        match kind {
            b'P' => drop(self.prepared.insert(text(), text())),
            b'B' => {
                let (_portal, name) = (text(), text());
                self.statements.push(self.prepared[&name].clone());
            }
            b'Q' => self.simple(text()),
            _ => {}
        }
    }

    /// Transactions begin and end in simple queries.
    fn simple(&mut self, query: String) {
        let ends = ["COMMIT", "ROLLBACK"].contains(&&*query);
        self.statements.push(query);
        if ends {
            let statements = std::mem::take(&mut self.statements);
            self.seen.lock().unwrap().push(statements);
        }
    }
}
