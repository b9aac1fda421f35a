//! Hard links, and symbolic ones that stay inside.

#![allow(deprecated)]

use crate::{must, must_fail, Check, Outcome};
// The only way to make a symbolic link that the standard library has on all systems.
use std::fs::{self, soft_link};
use std::path::Path;

pub const CHECKS: &[Check] = &[
    ("hard-link", hard_link),
    ("symbolic-link", symbolic_link),
    ("link-to-folder", link_to_folder),
    ("link-to-nothing", link_to_nothing),
    ("link-loop", link_loop),
    ("link-removed", link_removed),
    ("link-renamed", link_renamed),
];

fn hard_link(folder: &Path) -> Outcome {
    let (one, other) = (folder.join("one"), folder.join("other"));
    fs::write(&one, "shared")?;
    fs::hard_link(&one, &other)?;
    must!(fs::read(&other)?, b"shared");
    fs::write(&other, "changed")?;
    must!(fs::read(&one)?, b"changed");
    must_fail!(fs::hard_link(&one, &other), AlreadyExists);
    must_fail!(
        fs::hard_link(folder.join("none"), folder.join("x")),
        NotFound
    );
    fs::remove_file(&one)?;
    must!(fs::read(&other)?, b"changed");
    Ok(())
}

fn symbolic_link(folder: &Path) -> Outcome {
    fs::write(folder.join("file"), "target")?;
    soft_link("file", folder.join("link"))?;
    must!(fs::read(folder.join("link"))?, b"target");
    must!(fs::read_link(folder.join("link"))? == Path::new("file"));
    must!(fs::symlink_metadata(folder.join("link"))?.is_symlink());
    must!(fs::metadata(folder.join("link"))?.is_file());
    fs::write(folder.join("link"), "through")?;
    must!(fs::read(folder.join("file"))?, b"through");
    must_fail!(soft_link("file", folder.join("link")), AlreadyExists);
    must_fail!(fs::read_link(folder.join("file")), InvalidInput);
    Ok(())
}

fn link_to_folder(folder: &Path) -> Outcome {
    fs::create_dir_all(folder.join("a/b"))?;
    fs::write(folder.join("a/file"), "inside")?;
    soft_link("../a", folder.join("a/self"))?;
    soft_link("a/b", folder.join("short"))?;
    must!(fs::read(folder.join("a/self/self/file"))?, b"inside");
    // A link leads to a folder, and `..` from there is where that folder lies.
    must!(fs::read(folder.join("short/../file"))?, b"inside");
    fs::write(folder.join("short/new"), "made")?;
    must!(fs::read(folder.join("a/b/new"))?, b"made");
    let count = fs::read_dir(folder.join("short"))?.count();
    must!(count, 1);
    Ok(())
}

fn link_to_nothing(folder: &Path) -> Outcome {
    soft_link("none", folder.join("link"))?;
    must_fail!(fs::read(folder.join("link")), NotFound);
    must!(fs::symlink_metadata(folder.join("link"))?.is_symlink());
    must!(!folder.join("link").exists());
    fs::write(folder.join("link"), "made")?;
    must!(fs::read(folder.join("none"))?, b"made");
    Ok(())
}

fn link_loop(folder: &Path) -> Outcome {
    soft_link("b", folder.join("a"))?;
    soft_link("a", folder.join("b"))?;
    must_fail!(fs::read(folder.join("a")));
    must_fail!(fs::metadata(folder.join("a/below")));
    must!(fs::symlink_metadata(folder.join("a"))?.is_symlink());
    Ok(())
}

fn link_removed(folder: &Path) -> Outcome {
    fs::create_dir(folder.join("folder"))?;
    fs::write(folder.join("folder/file"), "kept")?;
    soft_link("folder", folder.join("link"))?;
    fs::remove_file(folder.join("link"))?;
    soft_link("folder", folder.join("link"))?;
    must_fail!(fs::remove_dir(folder.join("link")), NotADirectory);
    fs::remove_file(folder.join("link"))?;
    must!(fs::read(folder.join("folder/file"))?, b"kept");
    Ok(())
}

fn link_renamed(folder: &Path) -> Outcome {
    fs::write(folder.join("file"), "kept")?;
    soft_link("file", folder.join("link"))?;
    fs::rename(folder.join("link"), folder.join("moved"))?;
    must!(fs::read_link(folder.join("moved"))? == Path::new("file"));
    must!(fs::read(folder.join("file"))?, b"kept");
    fs::hard_link(folder.join("moved"), folder.join("twin"))?;
    must!(fs::symlink_metadata(folder.join("twin"))?.is_symlink());
    Ok(())
}
