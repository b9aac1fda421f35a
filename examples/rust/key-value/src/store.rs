//! The processes that have the database open.

use selene::sqlite::{Database, SqliteError, Value};
use selene::{Context, ReplyTo, Server};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::Duration;

/// Most changes in one transaction.
const LARGEST_BATCH: usize = 100;

/// Sets a value, or with `None` takes the pair away. Answered when that is on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub struct Change {
    pub key: String,
    pub value: Option<String>,
    pub reply: ReplyTo<Result<(), SqliteError>>,
}

/// The one process that writes.
pub struct Writer {
    database: Database,
    /// Who gets an answer at the end of the transaction; empty when none is open.
    batch: Vec<ReplyTo<Result<(), SqliteError>>>,
}

impl Server for Writer {
    type Argument = String;
    type Message = Change;

    fn init(file: String, _: &mut Context<Writer>) -> Result<Writer, Box<dyn Error>> {
        let database = Database::open(&file)?;
        // With a write-ahead log readers do not wait for the writer.
        database.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE IF NOT EXISTS pairs (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        )?;
        Ok(Writer {
            database,
            batch: Vec::new(),
        })
    }

    fn handle(&mut self, change: Change, context: &mut Context<Writer>) {
        match self.apply(&change) {
            Ok(()) => self.batch.push(change.reply),
            Err(error) => change.reply.send(Err(error)),
        }
        if self.batch.len() >= LARGEST_BATCH {
            self.commit(context);
        } else if !self.batch.is_empty() {
            // `idle` comes at once when no further change waits.
            context.set_idle_timeout(Duration::ZERO);
        }
    }

    fn idle(&mut self, context: &mut Context<Writer>) {
        self.commit(context);
    }

    fn shutdown(&mut self, context: &mut Context<Writer>) {
        self.commit(context);
    }
}

impl Writer {
    fn apply(&self, change: &Change) -> Result<(), SqliteError> {
        if self.batch.is_empty() {
            self.database.execute("BEGIN IMMEDIATE")?;
        }
        let key: Value = change.key.as_str().into();
        let changed = match &change.value {
            Some(value) => self.database.run(
                "INSERT INTO pairs VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                &[key, value.as_str().into()],
            ),
            None => self.database.run("DELETE FROM pairs WHERE key = ?", &[key]),
        };
        if changed.is_err() && self.batch.is_empty() {
            self.database.execute("ROLLBACK")?;
        }
        changed.map(|_| ())
    }

    fn commit(&mut self, context: &mut Context<Writer>) {
        if self.batch.is_empty() {
            return;
        }
        let result = self.database.execute("COMMIT");
        let failed = result.is_err();
        for reply in self.batch.drain(..) {
            reply.send(result.clone());
        }
        context.set_idle_timeout(None);
        if failed {
            // Whatever state the database is in: the next writer begins anew.
            context.stop_with("a transaction was not committed");
        }
    }
}

/// What readers are asked.
#[derive(Debug, Serialize, Deserialize)]
pub enum Question {
    Get(String, ReplyTo<Result<Option<String>, SqliteError>>),
    Count(ReplyTo<Result<i64, SqliteError>>),
}

/// One of the processes that read.
pub struct Reader {
    database: Database,
}

impl Server for Reader {
    type Argument = String;
    type Message = Question;

    fn init(file: String, _: &mut Context<Reader>) -> Result<Reader, Box<dyn Error>> {
        let database = Database::open(&file)?;
        Ok(Reader { database })
    }

    fn handle(&mut self, question: Question, _: &mut Context<Reader>) {
        match question {
            Question::Get(key, reply) => {
                let sql = "SELECT value FROM pairs WHERE key = ?";
                let rows = self.database.query(sql, &[key.into()]);
                let value = |rows: &[selene::sqlite::Row]| {
                    let row = rows.first()?;
                    row[0].as_text().map(str::to_owned)
                };
                reply.send(rows.map(|rows| value(&rows)));
            }
            Question::Count(reply) => {
                let rows = self.database.query("SELECT count(*) FROM pairs", &[]);
                reply.send(rows.map(|rows| rows[0][0].as_integer().unwrap_or(0)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Question, Reader, Writer};
    use selene::{Process, Server};
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(30);

    fn set(writer: Process<Change>, key: &str, value: Option<&str>) {
        let change = |reply| Change {
            key: key.into(),
            value: value.map(str::to_owned),
            reply,
        };
        writer.call(change).unwrap().unwrap();
    }

    fn get(reader: Process<Question>, key: &str) -> Option<String> {
        let get = |reply| Question::Get(key.into(), reply);
        reader.call(get).unwrap().unwrap()
    }

    #[selene::test]
    fn what_is_answered_outlives_the_writer() {
        let file = format!("target-test-{}.db", selene::ProcessId::this());
        let writer = Writer::start(file.clone()).unwrap();
        let reader = Reader::start(file.clone()).unwrap();
        assert_eq!(get(reader, "a"), None);
        set(writer, "a", Some("1"));
        assert_eq!(get(reader, "a").as_deref(), Some("1"));
        writer.kill();
        writer.wait();
        let next = Writer::start(file.clone()).unwrap();
        set(next, "b", Some("it's 2; --"));
        set(next, "a", None);
        assert_eq!(get(reader, "a"), None);
        assert_eq!(get(reader, "b").as_deref(), Some("it's 2; --"));
        for process in [next.id(), reader.id()] {
            process.shutdown(LONG);
        }
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{file}{end}"));
        }
    }
}
