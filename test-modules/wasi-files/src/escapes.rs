//! Ways out of a preopened folder, and things that are no files.
//!
//! The test lays out what these find: beside the preopened folder a folder `outside` with a file
//! `secret`; in it `file` and the folder `sub`, and links to that file and folder, relative and
//! absolute; a FIFO, and devices.

#![allow(deprecated)]

use crate::{must, must_fail, Check, Outcome};
use std::fs::{self, soft_link, File, OpenOptions};
use std::path::Path;

pub const ESCAPES: &[Check] = &[
    ("parent", parent),
    ("absolute", absolute),
    ("link-to-file", link_to_file),
    ("link-to-folder", link_to_folder),
    ("link-in-the-middle", link_in_the_middle),
    ("own-links", own_links),
    ("links-unfollowed", links_unfollowed),
    ("write", write),
    ("rename", rename),
    ("hard-links", hard_links),
    ("remove", remove),
    ("list", list),
    ("strange-names", strange_names),
    ("inside-still-works", inside_still_works),
];

pub const DEVICES: &[Check] = &[
    ("fifo", fifo),
    ("fifo-to-write", fifo_to_write),
    ("socket", socket),
];

pub const DEVICE_NODES: &[Check] = &[("device", device), ("device-to-write", device_to_write)];

/// Links that the test made: to the file `secret` outside, and to its folder.
const FILE_LINKS: [&str; 3] = ["to-secret", "to-secret-absolute", "to-link-to-secret"];
const FOLDER_LINKS: [&str; 3] = ["to-outside", "to-outside-absolute", "to-link-to-outside"];

fn parent(folder: &Path) -> Outcome {
    for path in [
        "../outside/secret",
        "./../outside/secret",
        "sub/../../outside/secret",
        "sub/./.././../outside/secret",
        "../../../../../../../../etc/passwd",
        "..",
        "../",
        "sub/../..",
    ] {
        must_fail!(File::open(folder.join(path)));
        must_fail!(fs::metadata(folder.join(path)));
        must_fail!(fs::symlink_metadata(folder.join(path)));
        must_fail!(fs::read_dir(folder.join(path)));
    }
    Ok(())
}

fn absolute(_: &Path) -> Outcome {
    // To a guest's C library "/" is the preopened folder, and a path below it one inside.
    for entry in fs::read_dir("/")? {
        let name = entry?.file_name();
        must!(name != "etc" && name != "outside");
    }
    for path in ["/etc/passwd", "//etc/passwd", "/proc/self/environ", "/tmp"] {
        must_fail!(File::open(path));
        must_fail!(fs::metadata(path));
        must_fail!(fs::read_dir(path));
    }
    Ok(())
}

fn link_to_file(folder: &Path) -> Outcome {
    for link in FILE_LINKS {
        must_fail!(fs::read(folder.join(link)));
        must_fail!(fs::metadata(folder.join(link)));
        must_fail!(OpenOptions::new().append(true).open(folder.join(link)));
        must_fail!(File::create(folder.join(link)));
        must_fail!(fs::copy(folder.join(link), folder.join("copy")));
    }
    Ok(())
}

fn link_to_folder(folder: &Path) -> Outcome {
    for link in FOLDER_LINKS {
        must_fail!(fs::read_dir(folder.join(link)));
        must_fail!(fs::metadata(folder.join(link)));
        must_fail!(fs::read_dir(folder.join(link).join("")));
        must_fail!(fs::metadata(folder.join(link).join(".")));
    }
    Ok(())
}

fn link_in_the_middle(folder: &Path) -> Outcome {
    for link in FOLDER_LINKS {
        let link = folder.join(link);
        must_fail!(fs::read(link.join("secret")));
        must_fail!(fs::metadata(link.join("secret")));
        must_fail!(fs::symlink_metadata(link.join("secret")));
        must_fail!(fs::read(link.join("../outside/secret")));
        must_fail!(fs::create_dir(link.join("made")));
        must_fail!(File::create_new(link.join("made")));
        must_fail!(fs::read_link(link.join("link")));
        must_fail!(soft_link("x", link.join("made")));
        must_fail!(fs::remove_file(link.join("secret")));
        must_fail!(fs::remove_dir(link.join("empty")));
    }
    Ok(())
}

/// Links that the guest makes itself: refused, or made and not followed.
fn own_links(folder: &Path) -> Outcome {
    let targets = [
        "../outside/secret",
        "/etc/passwd",
        "sub/../../outside/secret",
        "..",
        "/",
    ];
    for (number, target) in targets.iter().enumerate() {
        let link = folder.join(format!("own-{number}"));
        if soft_link(target, &link).is_ok() {
            must_fail!(fs::read(&link));
            must_fail!(fs::metadata(&link));
            must_fail!(fs::read_dir(&link));
            must_fail!(fs::read(link.join("outside/secret")));
            must_fail!(fs::read(link.join("etc/passwd")));
            fs::remove_file(&link)?;
        }
    }
    Ok(())
}

/// The links themselves lie inside, and may be looked at.
fn links_unfollowed(folder: &Path) -> Outcome {
    for link in FILE_LINKS.iter().chain(&FOLDER_LINKS) {
        must!(fs::symlink_metadata(folder.join(link))?.is_symlink());
    }
    let mut found = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("to-") {
            must!(entry.file_type()?.is_symlink());
            found += 1;
        }
    }
    must!(found, FILE_LINKS.len() + FOLDER_LINKS.len());
    Ok(())
}

fn write(folder: &Path) -> Outcome {
    must_fail!(fs::write(folder.join("../made"), ""));
    must_fail!(fs::write(folder.join("../outside/secret"), ""));
    must_fail!(fs::create_dir(folder.join("../made")));
    must_fail!(fs::create_dir_all(folder.join("../outside/made")));
    must_fail!(soft_link("x", folder.join("../made")));
    must_fail!(fs::write("/tmp/selene-made", ""));
    Ok(())
}

fn rename(folder: &Path) -> Outcome {
    must_fail!(fs::rename(folder.join("file"), folder.join("../made")));
    must_fail!(fs::rename(
        folder.join("file"),
        folder.join("to-outside/made")
    ));
    must_fail!(fs::rename(
        folder.join("../outside/secret"),
        folder.join("got")
    ));
    must_fail!(fs::rename(
        folder.join("to-outside/secret"),
        folder.join("got")
    ));
    must_fail!(fs::rename(folder.join("sub"), folder.join("../made")));
    must!(fs::read(folder.join("file"))?, b"inside");
    Ok(())
}

fn hard_links(folder: &Path) -> Outcome {
    must_fail!(fs::hard_link(
        folder.join("../outside/secret"),
        folder.join("got")
    ));
    must_fail!(fs::hard_link(
        folder.join("to-outside/secret"),
        folder.join("got")
    ));
    must_fail!(fs::hard_link("/etc/passwd", folder.join("got")));
    must_fail!(fs::hard_link(folder.join("file"), folder.join("../made")));
    must_fail!(fs::hard_link(
        folder.join("file"),
        folder.join("to-outside/made")
    ));
    // A link to a link is a link: what it leads to is as far away as before.
    if fs::hard_link(folder.join("to-secret"), folder.join("twin")).is_ok() {
        must_fail!(fs::read(folder.join("twin")));
        fs::remove_file(folder.join("twin"))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Outcome {
    must_fail!(fs::remove_file(folder.join("../outside/secret")));
    must_fail!(fs::remove_dir(folder.join("../outside/empty")));
    must_fail!(fs::remove_dir_all(folder.join("../outside")));
    must_fail!(fs::remove_dir_all(folder.join("to-outside/empty")));
    Ok(())
}

fn list(folder: &Path) -> Outcome {
    must_fail!(fs::read_dir(folder.join("../outside")));
    must_fail!(fs::read_dir(folder.join("to-outside/empty")));
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        must!(name != "secret" && name != "..");
    }
    Ok(())
}

fn strange_names(folder: &Path) -> Outcome {
    must_fail!(File::open(folder.join("fi\0le")));
    must_fail!(File::open(folder.join("\0")));
    must_fail!(File::open(folder.join("..\\outside\\secret")));
    must_fail!(File::open(folder.join("x/".repeat(5_000))));
    must_fail!(File::open(folder.join("y".repeat(100_000))));
    must_fail!(File::open(
        folder
            .join("sub/../".repeat(2_000))
            .join("../outside/secret")
    ));
    Ok(())
}

fn inside_still_works(folder: &Path) -> Outcome {
    must!(fs::read(folder.join("file"))?, b"inside");
    must!(fs::read(folder.join("sub/../file"))?, b"inside");
    Ok(())
}

fn fifo(folder: &Path) -> Outcome {
    // It is there, but opening it would wait for somebody to write.
    must!(!fs::metadata(folder.join("fifo"))?.is_file());
    must_fail!(File::open(folder.join("fifo")));
    must_fail!(OpenOptions::new()
        .read(true)
        .write(true)
        .open(folder.join("fifo")));
    Ok(())
}

fn fifo_to_write(folder: &Path) -> Outcome {
    must_fail!(OpenOptions::new().write(true).open(folder.join("fifo")));
    must_fail!(OpenOptions::new().append(true).open(folder.join("fifo")));
    Ok(())
}

fn device(folder: &Path) -> Outcome {
    must!(!fs::metadata(folder.join("zero"))?.is_file());
    must_fail!(File::open(folder.join("zero")));
    Ok(())
}

fn device_to_write(folder: &Path) -> Outcome {
    must_fail!(OpenOptions::new().write(true).open(folder.join("zero")));
    must_fail!(File::create(folder.join("zero")));
    Ok(())
}

fn socket(folder: &Path) -> Outcome {
    must!(!fs::metadata(folder.join("socket"))?.is_file());
    must_fail!(File::open(folder.join("socket")));
    Ok(())
}
