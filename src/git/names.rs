//! Names of files: as git stores them, as they are shown, and as the file system wants them.

use std::path::{Component, Path, PathBuf};

/// How a path is shown, and whether it had to be quoted.
pub(super) fn shown(raw: &[u8]) -> (String, bool) {
    match std::str::from_utf8(raw) {
        Ok(text) if !text.starts_with('"') && text.chars().all(is_printable) => (text.to_owned(), false),
        _ => (quoted(raw), true),
    }
}

/// Whether a character can be shown: no control, and none that turns the direction of the text or ends the line.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A path as `git status` prints it: in double quotes, with the escapes of C.
fn quoted(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len() + 8);
    out.push('"');
    for &byte in raw {
        match byte {
            0x07 => out.push_str("\\a"),
            0x08 => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0b => out.push_str("\\v"),
            0x0c => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('"');
    out
}

/// A path of git as a relative path of this system; `None` where it cannot be one, or would lead elsewhere.
pub(super) fn to_path(raw: &[u8]) -> Option<PathBuf> {
    let path = native(raw)?;
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    (inside && !raw.is_empty()).then_some(path)
}

#[cfg(unix)]
fn native(raw: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(raw)))
}

#[cfg(not(unix))]
fn native(raw: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(raw).ok().map(PathBuf::from)
}

/// The name of a file on disk, in the bytes that git would store.
#[cfg(unix)]
pub(super) fn to_bytes(name: &std::ffi::OsStr) -> std::borrow::Cow<'_, [u8]> {
    use std::os::unix::ffi::OsStrExt;
    name.as_bytes().into()
}

/// The name of a file on disk, in the bytes that git would store.
#[cfg(not(unix))]
pub(super) fn to_bytes(name: &std::ffi::OsStr) -> std::borrow::Cow<'_, [u8]> {
    match name.to_string_lossy() {
        std::borrow::Cow::Borrowed(text) => text.as_bytes().into(),
        std::borrow::Cow::Owned(text) => text.into_bytes().into(),
    }
}

/// The path from `root` to `path` with `/` between its parts; `None` where `path` is not inside.
pub(super) fn between(root: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root).ok()?;
    let parts: Vec<String> = inside.iter().map(|part| shown(&to_bytes(part)).0).collect();
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_names_stay_as_they_are() {
        for name in ["incidents/INC-1.md", "akten/übung 🔥.md", "a\\b.md"] {
            assert_eq!(shown(name.as_bytes()), (name.to_owned(), false));
        }
    }

    #[test]
    fn other_names_are_quoted_as_git_quotes_them() {
        assert_eq!(shown(b"caf\xe9.md"), (r#""caf\351.md""#.to_owned(), true));
        assert_eq!(shown(b"a\nb\x1b\\.md"), (r#""a\nb\033\\.md""#.to_owned(), true));
        assert_eq!(shown("x\u{202e}md.exe".as_bytes()).0, r#""x\342\200\256md.exe""#);
        assert_eq!(shown(b"\"q\".md").0, r#""\"q\".md""#);
    }

    #[test]
    fn a_path_never_leads_out_of_the_repository() {
        assert_eq!(to_path(b"a/b"), Some(PathBuf::from("a/b")));
        for hostile in ["", "../x", "/etc/passwd", "a/../../x", "a/.."] {
            assert_eq!(to_path(hostile.as_bytes()), None, "{hostile}");
        }
    }

    #[test]
    fn the_prefix_is_the_way_from_the_root() {
        let between = |root: &str, path: &str| between(Path::new(root), Path::new(path));
        assert_eq!(between("/r", "/r/isms/incidents"), Some("isms/incidents".into()));
        assert_eq!(between("/r", "/r"), Some(String::new()));
        assert_eq!(between("/r", "/s"), None);
    }
}
