//! A rule's documentation, read from the head of its own file.

/// The headings of every rule, in their order.
pub const HEADINGS: [&str; 6] =
    ["What it checks", "Why an auditor cares", "Failing example", "Passing example", "Configuration", "Supports"];

/// A file of an example: `yaml file=people/people.yaml` after the fence names it, else it is a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleFile {
    /// Where it stands in the example's repository.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// The day on which it is committed, for a rule that sees history: `yaml commit=2026-03-02`.
    pub commit: Option<String>,
}

/// The text of the `//!` head of a source file, without its marks.
pub fn head(source: &str) -> String {
    let lines = source.lines().take_while(|line| line.starts_with("//!"));
    let lines = lines.map(|line| line.strip_prefix("//! ").unwrap_or_else(|| line.trim_start_matches("//!")));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first paragraph of the head: one sentence that says what the rule is.
pub fn summary(source: &str) -> String {
    let head = head(source);
    head.split("\n\n").next().unwrap_or_default().replace('\n', " ").trim().to_owned()
}

/// The text under a heading of the head, without the heading.
pub fn section(source: &str, heading: &str) -> Option<String> {
    let head = head(source);
    let start = head.find(&format!("\n## {heading}\n"))? + heading.len() + 5;
    let rest = &head[start..];
    let end = rest.find("\n## ").unwrap_or(rest.len());
    Some(rest[..end].trim().to_owned())
}

/// The files of an example: every fenced block under a heading.
pub fn example(source: &str, heading: &str) -> Vec<ExampleFile> {
    let text = section(source, heading).unwrap_or_default();
    let mut files = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let commit = info.split_whitespace().find_map(|word| word.strip_prefix("commit=")).map(ToOwned::to_owned);
        // The versions of a record are one file.
        let index = if commit.is_some() { 0 } else { files.len() };
        files.push(ExampleFile { path: example_path(info, index), text: body.join("\n") + "\n", commit });
    }
    files
}

/// `yaml file=people/people.yaml` names its file; a block without a name is the record.
fn example_path(info: &str, index: usize) -> String {
    let named = info.split_whitespace().find_map(|word| word.strip_prefix("file="));
    let extension = match info.split_whitespace().next() {
        Some("markdown") => "md",
        Some(other) => other,
        None => "md",
    };
    named.map_or_else(|| format!("incidents/INC-2026-{:04}.{extension}", index + 1), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! One sentence\n//! on two lines.\n//!\n//! ## What it checks\n//!\n//! This.\n//!\n//! ## Failing example\n//!\n//! ```yaml\n//! id: 1\n//! ```\n//!\n//! ```toml file=people/people.toml\n//! a = 1\n//! ```\n\nuse x;\n";

    #[test]
    fn the_head_falls_into_its_parts() {
        assert_eq!(summary(SOURCE), "One sentence on two lines.");
        assert_eq!(section(SOURCE, "What it checks").as_deref(), Some("This."));
        let files = example(SOURCE, "Failing example");
        assert_eq!(
            files[0],
            ExampleFile { path: "incidents/INC-2026-0001.yaml".into(), text: "id: 1\n".into(), commit: None }
        );
        assert_eq!(files[1], ExampleFile { path: "people/people.toml".into(), text: "a = 1\n".into(), commit: None });
    }
}
