use prebake::diagnostic::Diagnostic;
use prebake::disk::{Disk as _, MemoryDisk};
use prebake::emit::{Destination, Turn};
use std::path::Path;

fn clean(disk: &MemoryDisk, destination: &Destination) -> Result<bool, Diagnostic> {
    Turn::wait(disk, destination).clean()
}

fn disk() -> MemoryDisk {
    MemoryDisk::new()
        .with_file("/home/me/site/content/a/index.md", "")
        .with_file("/home/me/site/static/style.css", "")
        .with_file("/home/me/site/dist/.made-by-prebake", "")
        .with_file("/home/me/site/dist/index.html", "")
        .with_file("/home/me/site/.prebake/cache/.made-by-prebake", "")
        .with_file("/home/me/site/.prebake/cache/v1/x", "")
        .with_file("/home/me/site/notes/todo.txt", "")
        .with_file("/home/me/site/content/marked/.made-by-prebake", "")
        .with_file("/home/me/site/file", "")
        .with_folder("/home/me/site/empty")
        .with_file("/home/me/site/false/.made-by-prebake/x", "")
        .with_file("/mnt/web/.made-by-prebake", "")
        .with_file("/mnt/other/x", "")
        .with_link("/home/me/site/to-root", ".")
        .with_link("/home/me/site/to-content", "content")
        .with_link("/home/me/site/to-home", "/home")
        .with_link("/home/me/site/to-web", "/mnt/web")
        .with_link("/home/me/site/to-other", "/mnt/other")
        .with_link("/home/me/site/loop", "loop")
        .with_link("/home/me/linked", "site")
        // Were they not refused for what they are, the marker would let them pass.
        .with_file("/home/me/site/.made-by-prebake", "")
        .with_file("/home/me/site/content/.made-by-prebake", "")
        .with_file("/home/me/site/static/.made-by-prebake", "")
        .with_file("/home/me/.made-by-prebake", "")
        .with_file("/home/.made-by-prebake", "")
        .with_file("/.made-by-prebake", "")
}

fn check(current: &str, root: &str, out: &str) -> Result<String, String> {
    let disk = disk();
    let before = disk.files();
    let destination = Destination::new(&disk, Path::new(out), Path::new(root), Path::new(current));
    assert_eq!(disk.files(), before);
    match destination {
        Ok(destination) => Ok(destination.real().to_string_lossy().replace('\\', "/")),
        Err(refusal) => Err(refusal.to_string()),
    }
}

#[test]
fn what_may_be_replaced() {
    for (out, real) in [
        ("dist", "/home/me/site/dist"),
        ("./dist/", "/home/me/site/dist"),
        ("none/../dist", "/home/me/site/dist"),
        ("empty", "/home/me/site/empty"),
        ("new", "/home/me/site/new"),
        ("new/deep/er", "/home/me/site/new/deep/er"),
        ("../beside", "/home/me/beside"),
        ("/mnt/web", "/mnt/web"),
        ("to-web", "/mnt/web"),
        ("to-web/below", "/mnt/web/below"),
        ("contents", "/home/me/site/contents"),
    ] {
        assert_eq!(check("/home/me/site", ".", out).as_deref(), Ok(real), "{out}");
    }
}

#[test]
fn what_may_not() {
    let root = "is or holds the site's root";
    let foreign = "holds files that Prebake did not make";
    for (out, reason) in [
        ("", root),
        (".", root),
        ("..", root),
        ("/", root),
        ("/home", root),
        ("content/..", root),
        ("none/..", root),
        ("to-root", root),
        ("to-home", root),
        ("to-home/me", root),
        ("../linked", root),
        ("content", "is or holds the site's `content/`"),
        ("content/", "is or holds the site's `content/`"),
        ("to-content", "is or holds the site's `content/`"),
        ("../linked/content", "is or holds the site's `content/`"),
        ("static", "is or holds the site's `static/`"),
        ("templates", "is or holds the site's `templates/`"),
        (".prebake", "is or holds the site's `.prebake/`"),
        (".prebake/cache", "lies in the site's `.prebake/`"),
        ("content/marked", "lies in the site's `content/`"),
        ("content/new", "lies in the site's `content/`"),
        ("to-content/new", "lies in the site's `content/`"),
        ("notes", foreign),
        ("to-other", foreign),
        ("false", foreign),
        ("file", "is no folder"),
        ("file/x", "cannot be looked at"),
        ("loop", "cannot be looked at"),
    ] {
        let refusal = check("/home/me/site", ".", out).expect_err(out);
        assert!(refusal.contains(reason), "{out}: {refusal}");
    }
}

#[test]
fn the_current_folder_is_kept_wherever_it_is() {
    for (current, root, out) in [
        ("/mnt/web", "/home/me/site", "."),
        ("/mnt/web", "/home/me/site", "/mnt/web"),
        ("/mnt/web", "/home/me/site", "/home/me/site/to-web"),
        ("/mnt/web", "/home/me/site", "/mnt"),
    ] {
        let refusal = check(current, root, out).expect_err(out);
        assert!(refusal.contains("is or holds the current folder"), "{out}: {refusal}");
    }
    // Below it, of course, is where sites go.
    assert_eq!(check("/home/me", "site", "site/dist").as_deref(), Ok("/home/me/site/dist"));
    assert_eq!(check("/home/me", "linked", "linked/dist").as_deref(), Ok("/home/me/site/dist"));
}

#[test]
fn cleaning_removes_the_folder_and_no_more() {
    let disk = disk();
    let (root, current) = (Path::new("/home/me/site"), Path::new("/home/me"));
    let mut left = disk.files();
    let output = Destination::new(&disk, &root.join("dist"), root, current).unwrap();
    let cache = Destination::cache(&disk, root, current).unwrap();
    assert_eq!(clean(&disk, &output), Ok(true));
    assert_eq!(clean(&disk, &cache), Ok(true));
    left.retain(|path, _| {
        !path.starts_with("/home/me/site/dist") && !path.starts_with("/home/me/site/.prebake/cache")
    });
    left.insert("/home/me/site/.prebake/emit.lock".into(), Vec::new());
    assert_eq!(disk.files(), left);
    assert_eq!(clean(&disk, &output), Ok(false));
}

#[test]
fn a_cache_that_is_linked_elsewhere_is_not_removed() {
    let disk = MemoryDisk::new()
        .with_file("/elsewhere/cache/.made-by-prebake", "")
        .with_folder("/site/content")
        .with_link("/site/.prebake", "/elsewhere");
    let refusal = Destination::cache(&disk, Path::new("/site"), Path::new("/")).unwrap_err();
    assert!(refusal.to_string().contains("is linked to another place"), "{refusal}");
    assert!(disk.kind(Path::new("/elsewhere/cache/.made-by-prebake")).is_ok());
}
