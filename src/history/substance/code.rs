//! Code and settings: every sign counts but white space and comments.

/// How a language writes its comments.
struct Comments {
    /// What begins a comment that ends with the line.
    line: &'static [&'static str],
    /// What begins and ends a comment of several lines.
    block: Option<(&'static str, &'static str)>,
}

/// That of the language that an extension stands for. Where it is not known, little is taken for a comment: what is
/// told apart in vain is a lesser harm than a change that goes unseen.
fn comments(extension: &str) -> Comments {
    const SLASHES: Comments = Comments { line: &["//"], block: Some(("/*", "*/")) };
    match extension {
        "tf" | "tfvars" | "hcl" | "nomad" | "php" => Comments { line: &["#", "//"], block: Some(("/*", "*/")) },
        "js" | "mjs" | "cjs" | "ts" | "jsx" | "tsx" | "go" | "rs" | "java" | "kt" | "kts" | "cs" | "c" | "h" | "cc"
        | "cpp" | "hpp" | "swift" | "scala" | "groovy" | "gradle" | "bicep" | "proto" | "jsonc" | "json5" | "cue"
        | "jsonnet" | "scss" => SLASHES,
        "css" => Comments { line: &[], block: Some(("/*", "*/")) },
        "sql" => Comments { line: &["--"], block: Some(("/*", "*/")) },
        "lua" | "hs" => Comments { line: &["--"], block: None },
        "ini" | "reg" | "inf" | "asm" => Comments { line: &["#", ";"], block: None },
        "xml" | "svg" | "xsd" | "xslt" | "plist" | "config" | "csproj" => {
            Comments { line: &[], block: Some(("<!--", "-->")) }
        }
        "sh" | "bash" | "zsh" | "fish" | "ps1" | "py" | "rb" | "pl" | "r" | "rego" | "nix" | "conf" | "cfg" | "cnf"
        | "env" | "properties" | "service" | "rules" | "nft" | "pp" | "j2" | "mk" | "dockerfile" => {
            Comments { line: &["#"], block: None }
        }
        _ => Comments { line: &["# "], block: None },
    }
}

/// Tells each line of a text without its comments.
pub(super) fn lines(text: &str, extension: &str, mut tell: impl FnMut(&str)) {
    let comments = comments(extension);
    let mut is_inside = false;
    for line in text.lines() {
        let mut rest = line;
        if is_inside {
            let Some((_, after)) = comments.block.and_then(|(_, end)| rest.split_once(end)) else { continue };
            (rest, is_inside) = (after, false);
        }
        // Only a comment that begins its line is known for one that may be long.
        while let Some((start, end)) = comments.block.filter(|(start, _)| rest.trim_start().starts_with(start)) {
            let inside = rest.trim_start().get(start.len()..).unwrap_or_default();
            match inside.split_once(end) {
                Some((_, after)) => rest = after,
                None => (rest, is_inside) = ("", true),
            }
        }
        let told = without(rest, comments.line).trim();
        if !told.is_empty() {
            tell(told);
        }
    }
}

/// A line without the comment at its end: it begins outside of quotes, behind a blank or at the beginning.
fn without<'t>(line: &'t str, marks: &[&str]) -> &'t str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if before.is_whitespace() && marks.iter().any(|mark| line[at..].starts_with(mark)) => {
                return &line[..at];
            }
            None => {}
        }
        before = c;
    }
    line
}
