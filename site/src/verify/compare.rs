//! In what two results of one job differ.

use crate::report::{counted, grouped};
use prebake_plugin::Artifact;
use std::collections::BTreeSet;

/// The first difference between what was kept and what is made now, for people; `None` where there
/// is none.
pub(super) fn difference(kept: &Artifact, fresh: &Artifact) -> Option<String> {
    let names: BTreeSet<&str> =
        kept.files.iter().chain(&fresh.files).map(|file| &*file.name).collect();
    let differing: Vec<&str> =
        names.into_iter().filter(|name| kept.file(name) != fresh.file(name)).collect();
    if let [first, rest @ ..] = &differing[..] {
        let mut text = match (kept.file(first), fresh.file(first)) {
            (Some(kept), Some(fresh)) => format!("`{first}` differs {}", place(kept, fresh)),
            (None, _) => format!("`{first}` is made, which was not before"),
            (_, None) => format!("`{first}` is no longer made"),
        };
        if !rest.is_empty() {
            text += &format!(", and {} more", counted(rest.len(), "file"));
        }
        return Some(text);
    }
    let Artifact { name, files, states, twin, notes, problems } = kept;
    [
        ("name", *name != fresh.name),
        ("number of states", *states != fresh.states),
        ("twin", *twin != fresh.twin),
        ("notes", *notes != fresh.notes),
        ("problems", *problems != fresh.problems),
        ("order of files", *files != fresh.files),
    ]
    .into_iter()
    .find_map(|(what, differs)| differs.then(|| format!("its {what} differs")))
}

/// Where two files part, and how long they are.
fn place(kept: &[u8], fresh: &[u8]) -> String {
    let same = kept.iter().zip(fresh).take_while(|(kept, fresh)| kept == fresh).count();
    let at = match (str::from_utf8(kept), str::from_utf8(fresh)) {
        (Ok(text), Ok(_)) => {
            let before = &text[..text.floor_char_boundary(same)];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("from line {line}, column {column}")
        }
        _ => format!("from byte {}", grouped(same as u64)),
    };
    let [kept, fresh] = [kept, fresh].map(|file| grouped(file.len() as u64));
    if kept == fresh {
        format!("{at} (of {kept} bytes)")
    } else {
        format!("{at} ({kept} bytes before, {fresh} now)")
    }
}

#[cfg(test)]
mod tests {
    use super::difference;
    use prebake_plugin::Artifact;

    fn artifact(files: &[(&str, &[u8])]) -> Artifact {
        let mut artifact = Artifact::default();
        files.iter().for_each(|(name, bytes)| artifact.push(*name, *bytes));
        artifact
    }

    #[test]
    fn the_first_difference_is_named() {
        let kept = artifact(&[("a.json", b"{\n \"\xc3\xa9\": 1}"), ("b.png", b"\xff\0\x01")]);
        let says = |fresh: &[(&str, &[u8])]| difference(&kept, &artifact(fresh));
        let json: (&str, &[u8]) = ("a.json", b"{\n \"\xc3\xa9\": 1}");
        assert_eq!(says(&[json, ("b.png", b"\xff\0\x01")]), None);
        for (fresh, expect) in [
            (&[json, ("b.png", b"\xff\0\x02")][..], "`b.png` differs from byte 2 (of 3 bytes)"),
            (&[json, ("b.png", b"")], "`b.png` differs from byte 0 (3 bytes before, 0 now)"),
            (&[json], "`b.png` is no longer made"),
            (
                &[("a.json", b"{\n \"\xc3\xa9\": 22}"), ("c", b"")],
                "`a.json` differs from line 2, column 7 (11 bytes before, 12 now), and 2 files more",
            ),
            (&[("b.png", b"\xff\0\x01"), json], "its order of files differs"),
        ] {
            assert_eq!(says(fresh).as_deref(), Some(expect));
        }
        let renamed = Artifact { name: "x".to_owned(), ..kept.clone() };
        assert_eq!(difference(&kept, &renamed).unwrap(), "its name differs");
    }
}
