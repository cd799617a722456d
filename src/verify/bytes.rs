//! In what two files differ that say the same, or that nobody can read as statements.

const MARK: &[u8] = b"\xef\xbb\xbf";

/// In what a file differs from what it should be, in words that follow its name.
pub(super) fn unlike(pack: &[u8], made: &[u8]) -> String {
    let at = pack.iter().zip(made).take_while(|(a, b)| a == b).count();
    if pack.strip_prefix(MARK) == Some(made) {
        "the same behind a byte-order mark, which the repository does not give".to_owned()
    } else if pack != made && line_ends(pack) == line_ends(made) {
        "the same with other line ends".to_owned()
    } else if at == pack.len() {
        format!("truncated: it ends after {at} of {} bytes", made.len())
    } else if at == made.len() {
        format!("{} bytes follow what the repository gives", pack.len() - at)
    } else {
        format!("not what the repository gives, first at {}", place(pack, made, at))
    }
}

fn line_ends(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != b'\r').collect()
}

/// Where two files begin to differ, as a reader finds it.
fn place(pack: &[u8], made: &[u8], at: usize) -> String {
    if made.contains(&0) || std::str::from_utf8(made).is_err() {
        return format!("byte {} ({} bytes, and it should be {})", at + 1, pack.len(), made.len());
    }
    let before = made.get(..at).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let part = part(before).map_or(String::new(), |part| format!(", in the part `#{part}`"));
    format!("line {line}, byte {}{part}", at - start + 1)
}

/// The part of a page in which its first bytes end, by the id that a link names.
fn part(before: &[u8]) -> Option<&str> {
    let text = before.get(..before.len()).map(|bytes| std::str::from_utf8(bytes).unwrap_or_default())?;
    let starts = ["<section id=\"", "<article id=\""];
    let at = starts.iter().filter_map(|start| text.rfind(start).map(|at| at + start.len())).max()?;
    text.get(at..)?.split_once('"').map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named_as_what_it_is() {
        let page = b"<section id=\"a\">\n<p>x</p>\n".as_slice();
        for (pack, said) in [
            (&b"\xef\xbb\xbf<section id=\"a\">\n<p>x</p>\n"[..], "byte-order mark"),
            (b"<section id=\"a\">\r\n<p>x</p>\r\n", "line ends"),
            (b"<section id=\"a\">\n", "truncated: it ends after 17 of 26 bytes"),
            (b"<section id=\"a\">\n<p>x</p>\n\n", "1 bytes follow"),
            (b"<section id=\"a\">\n<p>y</p>\n", "first at line 2, byte 4, in the part `#a`"),
        ] {
            assert!(unlike(pack, page).contains(said), "{said}: {}", unlike(pack, page));
        }
        assert_eq!(
            unlike(b"%PDF\0a", b"%PDF\0b"),
            "not what the repository gives, first at byte 6 (6 bytes, and it should be 6)"
        );
    }
}
