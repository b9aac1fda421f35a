//! SQLite databases.
//!
//! A database is a file in a folder that the process may use, or private and temporary when its path is empty. It is closed
//! when the process ends.
//!
//! ```standalone_crate
//! # #[selene::main]
//! # fn main() -> Result<(), selene::sqlite::SqliteError> {
//! use selene::sqlite::{Database, Value};
//!
//! let database = Database::open("")?;
//! database.execute("CREATE TABLE pets (name TEXT, age INTEGER)")?;
//! database.run("INSERT INTO pets VALUES (?, ?)", &["Nemo".into(), 3.into()])?;
//! let rows = database.query("SELECT name, age FROM pets WHERE age > ?", &[2.into()])?;
//! assert_eq!(rows.len(), 1);
//! assert_eq!(rows[0]["name"], Value::Text("Nemo".into()));
//! assert_eq!(rows[0]["age"].as_integer(), Some(3));
//! # Ok(())
//! # }
//! ```

use crate::catch::catch;
use crate::host;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Index;
use serde::{Deserialize, Serialize};

/// A value in a database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// The number of an [`Integer`](Value::Integer).
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The number of a [`Real`](Value::Real).
    pub fn as_real(&self) -> Option<f64> {
        match self {
            Value::Real(number) => Some(*number),
            _ => None,
        }
    }

    /// The text of a [`Text`](Value::Text).
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The bytes of a [`Blob`](Value::Blob).
    pub fn as_blob(&self) -> Option<&[u8]> {
        match self {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

macro_rules! value_from {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                Value::$variant(value.into())
            }
        }
    )*};
}
value_from!(i64 => Integer, i32 => Integer, u32 => Integer, bool => Integer, f64 => Real, String => Text, &str => Text,
    Vec<u8> => Blob, &[u8] => Blob);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, T::into)
    }
}

/// A row of a result: values by column, whose place or name is the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    columns: Rc<Vec<String>>,
    values: Vec<Value>,
}

impl Row {
    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// All values.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value of a column; `None` when there is no such column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        let place = self.columns.iter().position(|name| name == column)?;
        self.values.get(place)
    }
}

impl Index<usize> for Row {
    type Output = Value;

    fn index(&self, place: usize) -> &Value {
        &self.values[place]
    }
}

impl Index<&str> for Row {
    type Output = Value;

    fn index(&self, column: &str) -> &Value {
        match self.get(column) {
            Some(value) => value,
            None => panic!("the row has no column `{column}`"),
        }
    }
}

/// An open database.
pub struct Database {
    handle: u64,
}

const OK: i32 = 0;
const ROW: i32 = 100;

impl Database {
    /// Opens a database file, and makes it when it is not there; an empty path stands for a private one.
    ///
    /// # Errors
    /// When the process may not use the file, or it is no database.
    pub fn open(path: &str) -> Result<Database, SqliteError> {
        match host::sqlite::open(path) {
            Ok(handle) => Ok(Database { handle }),
            Err(error) => Err(SqliteError(host::take_error(error))),
        }
    }

    /// Runs all statements of a text.
    ///
    /// # Errors
    /// When one of them fails.
    pub fn execute(&self, sql: &str) -> Result<(), SqliteError> {
        match host::sqlite::execute(self.handle, sql) {
            OK => Ok(()),
            _ => Err(self.last_error()),
        }
    }

    /// Runs one statement, with values for its parameters; returns how many rows it changed.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, sql: &str, parameters: &[Value]) -> Result<u64, SqliteError> {
        self.query(sql, parameters)?;
        Ok(host::sqlite::changes(self.handle).unsigned_abs().into())
    }

    /// Runs one statement, with values for its parameters; returns the rows of its result.
    ///
    /// # Errors
    /// When it fails.
    pub fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqliteError> {
        // These imports trap when SQLite refuses.
        let statement =
            catch(|| host::sqlite::prepare(self.handle, sql)).map_err(SqliteError::new)?;
        let statement = Statement(statement);
        let parameters = encode(parameters);
        catch(|| host::sqlite::bind(statement.0, &parameters)).map_err(SqliteError::new)?;
        let mut columns = None;
        let mut rows = Vec::new();
        while catch(|| host::sqlite::step(statement.0)).map_err(SqliteError::new)? == ROW {
            let columns = columns.get_or_insert_with(|| {
                let names = host::sqlite::column_names(statement.0);
                Rc::new(Reader(&names).list(Reader::text).unwrap_or_default())
            });
            let row = host::sqlite::row(statement.0);
            let values = Reader(&row).list(Reader::value);
            rows.push(Row {
                columns: columns.clone(),
                values: values.ok_or_else(|| SqliteError("a row that cannot be read".into()))?,
            });
        }
        Ok(rows)
    }

    fn last_error(&self) -> SqliteError {
        let text = catch(|| host::sqlite::last_error(self.handle))
            .ok()
            .and_then(|bytes| {
                // An optional code, then an optional text.
                let mut reader = Reader(&bytes);
                reader.option(Reader::number32)?;
                reader.option(Reader::text)?
            });
        SqliteError(text.unwrap_or_else(|| "the statement failed".into()))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Database({})", self.handle)
    }
}

struct Statement(u64);

impl Drop for Statement {
    fn drop(&mut self) {
        host::sqlite::finalize(self.0);
    }
}

/// SQLite refused, for a reason it gives in its own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteError(String);

impl SqliteError {
    fn new(cause: crate::ExitReason) -> SqliteError {
        match cause {
            crate::ExitReason::Trapped(_, text) => SqliteError(text),
            other => SqliteError(other.to_string()),
        }
    }
}

impl fmt::Display for SqliteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl core::error::Error for SqliteError {}

/// Parameters as the host reads them: a count, then for each its place and its value.
fn encode(parameters: &[Value]) -> Vec<u8> {
    const BY_PLACE: u32 = 1;
    let mut bytes = Vec::new();
    bytes.extend((parameters.len() as u64).to_le_bytes());
    for (place, value) in (1_u64..).zip(parameters) {
        bytes.extend(BY_PLACE.to_le_bytes());
        bytes.extend(place.to_le_bytes());
        let sized = |bytes: &mut Vec<u8>, kind: u32, content: &[u8]| {
            bytes.extend(kind.to_le_bytes());
            bytes.extend((content.len() as u64).to_le_bytes());
            bytes.extend(content);
        };
        match value {
            Value::Null => bytes.extend(0_u32.to_le_bytes()),
            Value::Blob(content) => sized(&mut bytes, 1, content),
            Value::Text(text) => sized(&mut bytes, 2, text.as_bytes()),
            Value::Real(number) => {
                bytes.extend(3_u32.to_le_bytes());
                bytes.extend(number.to_le_bytes());
            }
            Value::Integer(number) => {
                bytes.extend(5_u32.to_le_bytes());
                bytes.extend(number.to_le_bytes());
            }
        }
    }
    bytes
}

/// Reads what the host writes; `None` when it is something else.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn number32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        let length = usize::try_from(u64::from_le_bytes(self.array()?)).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes.to_vec())
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?).ok()
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.array()? {
            [0] => Some(None),
            [_] => read(self).map(Some),
        }
    }

    fn value(&mut self) -> Option<Value> {
        Some(match self.number32()? {
            0 => Value::Null,
            1 => Value::Blob(self.bytes()?),
            2 => Value::Text(self.text()?),
            3 => Value::Real(f64::from_le_bytes(self.array()?)),
            4 | 5 => Value::Integer(i64::from_le_bytes(self.array()?)),
            _ => return None,
        })
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = u64::from_le_bytes(self.array()?);
        (0..count).map(|_| read(self)).collect()
    }
}
