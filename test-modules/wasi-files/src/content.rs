//! What is in files.

use crate::{must, must_fail, Check, Outcome};
use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{BufRead, BufReader, IoSlice, IoSliceMut, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

pub const CHECKS: &[Check] = &[
    ("write-and-read", write_and_read),
    ("append", append),
    ("seek", seek),
    ("truncate-and-extend", truncate_and_extend),
    ("create-new", create_new),
    ("rights-of-a-handle", rights_of_a_handle),
    ("vectored", vectored),
    ("lines", lines),
    ("copy", copy),
    ("big-file", big_file),
    ("many-handles", many_handles),
    ("two-handles", two_handles),
    ("times", times),
    ("metadata", metadata),
    ("sync", sync),
    ("missing", missing),
    ("open-and-removed", open_and_removed),
];

fn write_and_read(folder: &Path) -> Outcome {
    let name = folder.join("file");
    let bytes: Vec<u8> = (0..300_000u32).map(|index| (index / 7) as u8).collect();
    fs::write(&name, &bytes)?;
    must!(fs::read(&name)? == bytes);
    fs::write(&name, "short")?;
    must!(fs::read_to_string(&name)?, "short");
    fs::write(&name, "")?;
    must!(fs::read(&name)?, b"");
    fs::write(&name, [0xff, 0xfe])?;
    must_fail!(fs::read_to_string(&name), InvalidData);
    Ok(())
}

fn append(folder: &Path) -> Outcome {
    let name = folder.join("file");
    fs::write(&name, "one ")?;
    let mut file = OpenOptions::new().append(true).open(&name)?;
    file.write_all(b"two ")?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(b"three")?;
    must!(fs::read_to_string(&name)?, "one two three");
    Ok(())
}

fn seek(folder: &Path) -> Outcome {
    let name = folder.join("file");
    fs::write(&name, "0123456789")?;
    let mut file = OpenOptions::new().read(true).write(true).open(&name)?;
    let mut two = [0; 2];
    must!(file.seek(SeekFrom::Start(4))?, 4);
    file.read_exact(&mut two)?;
    must!(&two, b"45");
    must!(file.seek(SeekFrom::Current(-3))?, 3);
    must!(file.seek(SeekFrom::End(-2))?, 8);
    file.read_exact(&mut two)?;
    must!(&two, b"89");
    must!(file.read(&mut two)?, 0);
    must_fail!(file.seek(SeekFrom::End(-11)), InvalidInput);
    must_fail!(file.seek(SeekFrom::Current(i64::MIN)), InvalidInput);
    must!(file.stream_position()?, 10);
    must!(file.seek(SeekFrom::End(5))?, 15);
    file.write_all(b"x")?;
    must!(fs::read(&name)?, b"0123456789\0\0\0\0\0x");
    Ok(())
}

fn truncate_and_extend(folder: &Path) -> Outcome {
    let name = folder.join("file");
    fs::write(&name, "0123456789")?;
    let file = OpenOptions::new().write(true).open(&name)?;
    file.set_len(4)?;
    must!(fs::read(&name)?, b"0123");
    file.set_len(6)?;
    must!(fs::read(&name)?, b"0123\0\0");
    file.set_len(0)?;
    must!(file.metadata()?.len(), 0);
    must_fail!(file.set_len(u64::MAX), InvalidInput | FileTooLarge);
    fs::write(&name, "abc")?;
    OpenOptions::new().write(true).truncate(true).open(&name)?;
    must!(fs::metadata(&name)?.len(), 0);
    let read_only = File::open(&name)?;
    must_fail!(read_only.set_len(1));
    Ok(())
}

fn create_new(folder: &Path) -> Outcome {
    let name = folder.join("file");
    must_fail!(OpenOptions::new().write(true).open(&name), NotFound);
    File::create_new(&name)?.write_all(b"first")?;
    must_fail!(File::create_new(&name), AlreadyExists);
    must!(fs::read(&name)?, b"first");
    Ok(())
}

fn rights_of_a_handle(folder: &Path) -> Outcome {
    let name = folder.join("file");
    fs::write(&name, "text")?;
    must_fail!(File::open(&name)?.write_all(b"x"));
    let mut write_only = OpenOptions::new().write(true).open(&name)?;
    must_fail!(write_only.read(&mut [0; 4]));
    must!(fs::read(&name)?, b"text");
    Ok(())
}

fn vectored(folder: &Path) -> Outcome {
    let name = folder.join("file");
    let parts = [
        IoSlice::new(b"one"),
        IoSlice::new(b""),
        IoSlice::new(b"two"),
    ];
    must!(File::create(&name)?.write_vectored(&parts)?, 6);
    let (mut first, mut second) = ([0; 2], [0; 10]);
    let read = File::open(&name)?
        .read_vectored(&mut [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)])?;
    // A read may be short; what it did read is in order.
    must!((1..=6).contains(&read));
    must!([&first[..], &second[..]].concat()[..read] == b"onetwo"[..read]);
    Ok(())
}

fn lines(folder: &Path) -> Outcome {
    let name = folder.join("file");
    let mut file = File::create(&name)?;
    for number in 0..10_000 {
        writeln!(file, "line {number}")?;
    }
    let mut count = 0;
    for (number, line) in BufReader::new(File::open(&name)?).lines().enumerate() {
        must!(line?, format!("line {number}"));
        count += 1;
    }
    must!(count, 10_000);
    Ok(())
}

fn copy(folder: &Path) -> Outcome {
    let bytes: Vec<u8> = (0..1_000_003u32).map(|index| (index % 251) as u8).collect();
    fs::write(folder.join("from"), &bytes)?;
    must!(fs::copy(folder.join("from"), folder.join("to"))?, 1_000_003);
    must!(fs::read(folder.join("to"))? == bytes);
    must_fail!(fs::copy(folder.join("none"), folder.join("to")), NotFound);
    Ok(())
}

/// Larger than 32 bits can say, and nearly all of it a hole.
fn big_file(folder: &Path) -> Outcome {
    const FAR: u64 = 5 << 30;
    let name = folder.join("file");
    let mut file = File::create(&name)?;
    file.set_len(FAR + 100)?;
    must!(file.seek(SeekFrom::Start(FAR))?, FAR);
    file.write_all(b"far away")?;
    drop(file);
    must!(fs::metadata(&name)?.len(), FAR + 100);
    let mut file = File::open(&name)?;
    must!(file.seek(SeekFrom::End(-100))?, FAR);
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    must!(&bytes, b"far away");
    file.seek(SeekFrom::Start(3 << 30))?;
    file.read_exact(&mut bytes)?;
    must!(bytes, [0; 8]);
    fs::remove_file(&name)?;
    Ok(())
}

fn many_handles(folder: &Path) -> Outcome {
    let mut files = Vec::new();
    for number in 0..200 {
        let mut file = File::create(folder.join(format!("file {number}")))?;
        write!(file, "{number}")?;
        files.push(file);
    }
    for (number, mut file) in files.into_iter().enumerate() {
        write!(file, "!")?;
        drop(file);
        let text = fs::read_to_string(folder.join(format!("file {number}")))?;
        must!(text, format!("{number}!"));
    }
    Ok(())
}

fn two_handles(folder: &Path) -> Outcome {
    let name = folder.join("file");
    let mut writer = File::create(&name)?;
    let mut reader = File::open(&name)?;
    let mut bytes = [0; 5];
    must!(reader.read(&mut bytes)?, 0);
    writer.write_all(b"hello")?;
    reader.read_exact(&mut bytes)?;
    must!(&bytes, b"hello");
    Ok(())
}

fn times(folder: &Path) -> Outcome {
    let name = folder.join("file");
    let before = SystemTime::now() - Duration::from_secs(60);
    let file = File::create(&name)?;
    must!(file.metadata()?.modified()? > before);
    let modified = SystemTime::UNIX_EPOCH + Duration::new(1_234_567_890, 123_456_000);
    let accessed = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 0);
    file.set_times(
        FileTimes::new()
            .set_modified(modified)
            .set_accessed(accessed),
    )?;
    must!(file.metadata()?.modified()?, modified);
    must!(file.metadata()?.accessed()?, accessed);
    must!(fs::metadata(&name)?.modified()?, modified);
    file.set_modified(SystemTime::now())?;
    must!(file.metadata()?.modified()? > before);
    must!(file.metadata()?.accessed()?, accessed);
    Ok(())
}

fn metadata(folder: &Path) -> Outcome {
    let name = folder.join("file");
    fs::write(&name, "12345")?;
    let file = fs::metadata(&name)?;
    must!(file.len(), 5);
    must!(file.is_file() && !file.is_dir() && !file.is_symlink());
    let place = fs::metadata(folder)?;
    must!(place.is_dir() && !place.is_file());
    must!(name.exists() && !folder.join("none").exists());
    must!(name.try_exists()?);
    Ok(())
}

fn sync(folder: &Path) -> Outcome {
    let mut file = File::create(folder.join("file"))?;
    file.write_all(b"kept")?;
    file.sync_data()?;
    file.sync_all()?;
    Ok(())
}

fn missing(folder: &Path) -> Outcome {
    must_fail!(File::open(folder.join("none")), NotFound);
    must_fail!(fs::read(folder.join("none/below")), NotFound);
    must_fail!(fs::metadata(folder.join("none")), NotFound);
    must_fail!(fs::remove_file(folder.join("none")), NotFound);
    must_fail!(fs::write(folder.join("none/file"), ""), NotFound);
    fs::write(folder.join("file"), "")?;
    must_fail!(fs::read(folder.join("file/below")), NotADirectory);
    Ok(())
}

fn open_and_removed(folder: &Path) -> Outcome {
    let name = folder.join("file");
    fs::write(&name, "still here")?;
    let mut file = File::open(&name)?;
    fs::remove_file(&name)?;
    must!(!name.exists());
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    must!(text, "still here");
    Ok(())
}
