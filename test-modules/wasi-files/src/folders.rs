//! Folders and names.

use crate::{must, must_fail, Check, Outcome};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub const CHECKS: &[Check] = &[
    ("make-and-remove", make_and_remove),
    ("list-many", list_many),
    ("list-kinds", list_kinds),
    ("list-while-removing", list_while_removing),
    ("nested", nested),
    ("rename", rename),
    ("rename-folder", rename_folder),
    ("names", names),
    ("long-names", long_names),
    ("dots", dots),
    ("wrong-kind", wrong_kind),
];

fn make_and_remove(folder: &Path) -> Outcome {
    let name = folder.join("folder");
    fs::create_dir(&name)?;
    must_fail!(fs::create_dir(&name), AlreadyExists);
    fs::write(name.join("file"), "")?;
    // That kind of error has no name yet in the standard library for WASI.
    must_fail!(fs::remove_dir(&name));
    fs::remove_file(name.join("file"))?;
    fs::remove_dir(&name)?;
    must_fail!(fs::remove_dir(&name), NotFound);
    must_fail!(fs::create_dir(folder.join("none/folder")), NotFound);
    Ok(())
}

fn listed(folder: &Path) -> Result<BTreeSet<String>, Box<dyn std::error::Error>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().map_err(|_| "no text")?;
        if !found.insert(name.clone()) {
            return Err(format!("{name} is listed twice").into());
        }
    }
    Ok(found)
}

fn list_many(folder: &Path) -> Outcome {
    must!(listed(folder)?.is_empty());
    let expected: BTreeSet<String> = (0..3_000)
        .map(|number| format!("{}-{number}", "entry".repeat(number % 20)))
        .collect();
    for name in &expected {
        fs::write(folder.join(name), "")?;
    }
    must!(listed(folder)? == expected);
    Ok(())
}

fn list_kinds(folder: &Path) -> Outcome {
    fs::write(folder.join("file"), "")?;
    fs::create_dir(folder.join("folder"))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        must!(kind.is_dir(), entry.file_name() == "folder");
        must!(kind.is_file(), entry.file_name() == "file");
        must!(entry.metadata()?.is_dir(), kind.is_dir());
        must!(entry.path() == folder.join(entry.file_name()));
    }
    Ok(())
}

fn list_while_removing(folder: &Path) -> Outcome {
    for number in 0..500 {
        fs::write(folder.join(number.to_string()), "")?;
    }
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        fs::remove_file(entry?.path())?;
        count += 1;
    }
    must!(count, 500);
    must!(listed(folder)?.is_empty());
    Ok(())
}

fn nested(folder: &Path) -> Outcome {
    let deep = (0..40).fold(folder.to_path_buf(), |path, number| {
        path.join(number.to_string())
    });
    fs::create_dir_all(&deep)?;
    fs::create_dir_all(&deep)?;
    fs::write(deep.join("file"), "deep")?;
    must!(fs::read(deep.join("file"))?, b"deep");
    fs::remove_dir_all(folder.join("0"))?;
    must!(!folder.join("0").exists());
    Ok(())
}

fn rename(folder: &Path) -> Outcome {
    let (one, other) = (folder.join("one"), folder.join("other"));
    fs::write(&one, "1")?;
    fs::rename(&one, &other)?;
    must!(!one.exists());
    must!(fs::read(&other)?, b"1");
    fs::write(&one, "2")?;
    fs::rename(&one, &other)?;
    must!(fs::read(&other)?, b"2");
    must_fail!(fs::rename(&one, &other), NotFound);
    fs::rename(&other, &other)?;
    must!(fs::read(&other)?, b"2");
    Ok(())
}

fn rename_folder(folder: &Path) -> Outcome {
    let (one, other) = (folder.join("one"), folder.join("other"));
    fs::create_dir(&one)?;
    fs::write(one.join("file"), "1")?;
    fs::rename(&one, &other)?;
    must!(fs::read(other.join("file"))?, b"1");
    fs::create_dir(&one)?;
    must_fail!(fs::rename(&one, &other));
    must_fail!(fs::rename(&other, other.join("below")), InvalidInput);
    fs::write(folder.join("file"), "")?;
    must_fail!(fs::rename(folder.join("file"), &one), IsADirectory);
    must_fail!(fs::rename(&one, folder.join("file")), NotADirectory);
    Ok(())
}

fn names(folder: &Path) -> Outcome {
    let names = [
        "ä ö ü",
        "a\u{308} decomposed",
        "日本語.txt",
        "😀",
        "new\nline",
        "tab\tand \"quotes\" and \\",
        " blank ",
        "-dash",
        "...",
        ".hidden",
        "C:",
        "*?",
    ];
    for (number, name) in names.iter().enumerate() {
        fs::write(folder.join(name), number.to_string())?;
    }
    let found = listed(folder)?;
    must!(found.len(), names.len());
    for (number, name) in names.iter().enumerate() {
        must!(found.contains(*name));
        must!(fs::read_to_string(folder.join(name))?, number.to_string());
    }
    Ok(())
}

fn long_names(folder: &Path) -> Outcome {
    let longest = "n".repeat(255);
    fs::write(folder.join(&longest), "long")?;
    must!(fs::read(folder.join(&longest))?, b"long");
    must_fail!(fs::write(folder.join("n".repeat(256)), ""), InvalidFilename);
    must!(listed(folder)?.contains(&longest));
    Ok(())
}

fn dots(folder: &Path) -> Outcome {
    fs::create_dir(folder.join("sub"))?;
    fs::write(folder.join("file"), "here")?;
    must!(fs::read(folder.join("./file"))?, b"here");
    must!(fs::read(folder.join("sub/../file"))?, b"here");
    must!(fs::read(folder.join("sub/.././sub/../file"))?, b"here");
    must!(fs::read(folder.join("sub//..///file"))?, b"here");
    must_fail!(fs::read(folder.join("none/../file")), NotFound);
    must_fail!(fs::read(folder.join("file/../file")), NotADirectory);
    must!(fs::metadata(folder.join("sub/"))?.is_dir());
    must_fail!(fs::metadata(folder.join("file/")), NotADirectory);
    Ok(())
}

fn wrong_kind(folder: &Path) -> Outcome {
    fs::create_dir(folder.join("folder"))?;
    fs::write(folder.join("file"), "")?;
    must_fail!(fs::write(folder.join("folder"), ""), IsADirectory);
    // Opening a folder works, reading it does not; systems have different names for that.
    must_fail!(fs::read(folder.join("folder")));
    must_fail!(
        fs::remove_file(folder.join("folder")),
        IsADirectory | PermissionDenied
    );
    must_fail!(fs::remove_dir(folder.join("file")), NotADirectory);
    must_fail!(fs::read_dir(folder.join("file")), NotADirectory);
    must_fail!(fs::create_dir(folder.join("file")), AlreadyExists);
    Ok(())
}
