//! Databases. With the feature `sqlite`.
#![cfg(feature = "sqlite")]

use selene::sqlite::{Database, Value};
use selene::{ExitReason, Mailbox, ProcessConfig, Spawn};

fn pets() -> Database {
    let database = Database::open("").unwrap();
    database
        .execute("CREATE TABLE pets (name TEXT, age INTEGER, weight REAL, picture BLOB)")
        .unwrap();
    database
}

#[selene::test]
fn values_come_back() {
    let database = pets();
    let picture: Vec<u8> = (0..=255).collect();
    let parameters = [
        "Nemo".into(),
        i64::MIN.into(),
        0.25.into(),
        picture.clone().into(),
    ];
    assert_eq!(
        database.run("INSERT INTO pets VALUES (?, ?, ?, ?)", &parameters),
        Ok(1)
    );
    let nothing = [Value::Null, None::<i64>.into(), Value::Null, Value::Null];
    assert_eq!(
        database.run("INSERT INTO pets VALUES (?, ?, ?, ?)", &nothing),
        Ok(1)
    );
    let rows = database
        .query("SELECT * FROM pets ORDER BY name DESC", &[])
        .unwrap();
    assert_eq!(rows[0].columns(), ["name", "age", "weight", "picture"]);
    assert_eq!(rows[0].values(), parameters);
    assert_eq!(rows[0]["picture"].as_blob(), Some(&picture[..]));
    assert_eq!(
        (rows[0][0].as_text(), rows[0]["weight"].as_real()),
        (Some("Nemo"), Some(0.25))
    );
    assert_eq!(rows[1].values(), nothing);
    assert_eq!(rows[1].get("colour"), None);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        database.query("SELECT * FROM pets WHERE age > 5", &[]),
        Ok(vec![])
    );
}

#[selene::test]
fn many_rows() {
    let database = pets();
    database.execute("BEGIN").unwrap();
    for number in 0..500 {
        database
            .run("INSERT INTO pets (age) VALUES (?)", &[number.into()])
            .unwrap();
    }
    database.execute("COMMIT").unwrap();
    let sum = database
        .query("SELECT sum(age) AS sum FROM pets", &[])
        .unwrap();
    assert_eq!(sum[0]["sum"].as_integer(), Some(499 * 250));
    assert_eq!(
        database.query("SELECT age FROM pets", &[]).unwrap().len(),
        500
    );
    assert_eq!(
        database.run("DELETE FROM pets WHERE age < ?", &[100.into()]),
        Ok(100)
    );
}

#[selene::test]
fn mistakes_are_errors() {
    let database = pets();
    let text = |error: selene::sqlite::SqliteError| error.to_string();
    assert!(
        database
            .execute("CREATE nonsense")
            .map_err(text)
            .unwrap_err()
            .contains("nonsense")
    );
    assert!(
        database
            .query("SELECT * FROM cars", &[])
            .map_err(text)
            .unwrap_err()
            .contains("cars")
    );
    assert!(
        database
            .run("INSERT INTO pets (age) VALUES (?)", &[1.into(), 2.into()])
            .is_err()
    );
    database
        .execute("CREATE UNIQUE INDEX one ON pets (name)")
        .unwrap();
    let insert = || database.run("INSERT INTO pets (name) VALUES (?)", &["a".into()]);
    assert_eq!(insert(), Ok(1));
    assert!(insert().map_err(text).unwrap_err().contains("UNIQUE"));
    // It goes on working.
    assert_eq!(
        database.query("SELECT name FROM pets", &[]).unwrap().len(),
        1
    );
    assert!(Database::open("/not/allowed.db").is_err());
}

#[selene::test]
fn a_process_without_the_permission_has_no_databases() {
    let open = |expected: bool, _: Mailbox<()>| {
        let opened = Database::open("");
        assert_eq!(opened.is_ok(), expected);
        if let Err(error) = opened {
            let text = error.to_string();
            assert!(text.contains("may not use databases"), "{text}");
        }
    };
    let end = |config: &ProcessConfig, expected| {
        let (_, monitor) = Spawn::new()
            .config(config)
            .monitored(expected, open)
            .unwrap();
        monitor.wait()
    };
    let inherited = ProcessConfig::inherit().unwrap();
    assert_eq!(end(&inherited, true), ExitReason::Normal);
    let denied = ProcessConfig::inherit().unwrap().may_use_databases(false);
    assert_eq!(end(&denied, false), ExitReason::Normal);
    assert_eq!(
        end(&ProcessConfig::new().unwrap(), false),
        ExitReason::Normal
    );
    let granted = ProcessConfig::new().unwrap().may_use_databases(true);
    assert_eq!(end(&granted, true), ExitReason::Normal);
}
