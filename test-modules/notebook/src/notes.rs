//! The database. `execute` tells errors; queries end the process, so what may fail is tried first.

use lunatic::sqlite::{Query, SqliteClient, SqliteCode, SqliteError, Value};

const USAGE: &str = "usage: notebook FILE add TEXT | list | find WORD | remove NUMBER";
const SCHEMA: &str = "create table if not exists notes (
    number integer primary key, text text not null, letters integer not null, weight real)";

/// The library hands on SQLite's code alone.
fn told(error: SqliteError) -> String {
    match error.code {
        SqliteCode::Busy => "the database is locked by somebody else".to_owned(),
        SqliteCode::Notadb => "the file is not a database".to_owned(),
        SqliteCode::Corrupt => "the database is damaged".to_owned(),
        SqliteCode::Readonly => "the database may not be written".to_owned(),
        code => error.message.unwrap_or_else(|| format!("{code:?}")),
    }
}

fn number(value: &Value) -> Result<i64, String> {
    value
        .as_int_any()
        .ok_or_else(|| format!("not a whole number: {value:?}"))
}

fn print(rows: &[Vec<Value>]) -> Result<(), String> {
    for row in rows {
        let [note, Value::Text(text)] = row.as_slice() else {
            return Err(format!("a note of another kind: {row:?}"));
        };
        println!("{} {text}", number(note)?);
    }
    Ok(())
}

fn add(notes: &SqliteClient, text: &str) -> Result<(), String> {
    let letters = text.chars().count() as i64;
    // From here on nobody else writes, or the database says that it is locked.
    notes.execute("begin immediate").map_err(told)?;
    notes
        .prepare_query("insert into notes (text, letters, weight) values (?, ?, ?)")
        .bind(text)
        .bind(letters)
        .bind(letters as f64 / 2.0)
        .execute();
    let rows = notes.query("select last_insert_rowid()");
    notes.execute("commit").map_err(told)?;
    println!("added {}", number(&rows[0][0])?);
    Ok(())
}

pub fn run(words: &[&str]) -> Result<(), String> {
    let [file, command @ ..] = words else {
        return Err(USAGE.to_owned());
    };
    let notes = SqliteClient::connect(file)
        .map_err(|_| format!("{file} cannot be opened, or lies in no folder that is allowed"))?;
    notes.execute(SCHEMA).map_err(told)?;
    notes.execute("select * from notes").map_err(told)?;
    match command {
        ["add", text] => add(&notes, text),
        ["list"] => print(&notes.query("select number, text from notes order by number")),
        ["find", word] => print(
            &notes
                .prepare_query(
                    "select number, text from notes
                     where text like '%' || :word || '%' order by number",
                )
                .bind_named(":word", *word)
                .execute(),
        ),
        ["remove", note] => {
            let note: i64 = note
                .parse()
                .map_err(|_| format!("{note} is not a number"))?;
            notes.execute("begin immediate").map_err(told)?;
            notes
                .prepare_query("delete from notes where number = ?")
                .bind(note)
                .execute();
            let gone = number(&notes.query("select changes()")[0][0])?;
            notes.execute("commit").map_err(told)?;
            println!("removed {gone}");
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    }
}
