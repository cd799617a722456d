//! What a pack states of its making. It is believed only as far as it names what is to be compared.

use crate::report::{Audience, Request, SCHEMA};
use crate::timeline::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};

/// How the formats of packs are called, but for their number.
const FORMAT: &str = "closeloop-pack-";

/// What a pack states of its making, as far as it can be made again.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Stated {
    /// The version of closeloop.
    pub version: String,
    /// The commit, in full hex.
    pub commit: String,
    /// Its tree.
    pub tree: String,
    /// The day at which was judged.
    pub as_of: Day,
    /// The first day of the period.
    pub from: Day,
    /// The last day of the period.
    pub to: Day,
    /// The folder that the search for the configuration began in, from the root.
    pub folder: String,
    /// The profile that was asked for.
    pub profile: Option<String>,
    /// The frameworks that were asked for.
    pub frameworks: Vec<String>,
    /// Who reads it.
    pub audience: Audience,
    /// The ids of one's own sample.
    pub sample: Vec<String>,
    /// The most incidents that are suggested for the sample.
    pub sample_size: usize,
    /// The digest of the configuration.
    pub config_digest: String,
}

/// Why what a pack states cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrongStated {
    /// It is no JSON, or lacks something; the place.
    Unreadable(String),
    /// It is of another format: an older one, a newer one, or none that closeloop writes.
    Format {
        /// The format that it states.
        stated: String,
        /// How that compares with the one that is known.
        is: &'static str,
    },
    /// It names no commit, or no folder of a repository.
    NoCommit,
}

#[derive(Deserialize)]
struct Head {
    schema: Option<serde_json::Value>,
}

/// Reads `provenance.json`.
///
/// # Errors
/// Why it cannot be used.
pub fn stated(bytes: &[u8]) -> Result<Stated, WrongStated> {
    let head: Head = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    let schema = head.schema.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    if schema != SCHEMA {
        return Err(WrongStated::Format { stated: schema.to_owned(), is: compared(schema) });
    }
    let stated: Stated = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    if is_commit(&stated.commit) && is_inside(&stated.folder) { Ok(stated) } else { Err(WrongStated::NoCommit) }
}

/// The place alone: the words of the error may quote the file.
fn unreadable(error: &serde_json::Error) -> WrongStated {
    let what = if error.is_data() { "something is missing or of another kind" } else { "it is no whole JSON" };
    WrongStated::Unreadable(format!("{what}, line {}, column {}", error.line(), error.column()))
}

fn compared(schema: &str) -> &'static str {
    let number = |schema: &str| schema.strip_prefix(FORMAT).and_then(|number| number.parse::<u32>().ok());
    match (number(schema), number(SCHEMA)) {
        (Some(theirs), Some(ours)) if theirs < ours => "an older format",
        (Some(theirs), Some(ours)) if theirs > ours => "a newer format",
        _ => "no format that closeloop writes",
    }
}

fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_inside(folder: &str) -> bool {
    Path::new(folder).components().all(|part| matches!(part, Component::Normal(_)))
}

#[derive(Deserialize)]
struct Line {
    command: String,
}

/// What the line in `provenance.json` says that makes the pack again, where it says something else than the fields beside
/// it: a second witness of commit, days and profile.
pub fn line_of_command(bytes: &[u8], stated: &Stated) -> Option<Stated> {
    let line: Line = serde_json::from_slice(bytes).ok()?;
    let words: Vec<&str> = line.command.split_whitespace().map(|word| word.trim_matches('\'')).collect();
    let after = |option: &str| {
        let at = words.iter().position(|word| *word == option)?;
        words.get(at + 1).copied()
    };
    let day = |option: &str| after(option)?.parse().ok().map(Day);
    let folder = words.get(2).filter(|word| !word.starts_with("--")).copied().unwrap_or_default();
    let other = Stated {
        commit: after("--at").filter(|commit| is_commit(commit))?.to_owned(),
        from: day("--from")?,
        to: day("--to")?,
        as_of: day("--as-of")?,
        folder: folder.to_owned(),
        profile: after("--profile").map(ToOwned::to_owned),
        ..stated.clone()
    };
    (other != *stated && is_inside(folder)).then_some(other)
}

#[derive(Deserialize)]
struct ResultHead {
    commit: Option<String>,
    as_of: Option<Day>,
}

/// What `result.json` says of commit and day, where it says something else: a third witness.
pub fn result_of(bytes: &[u8], stated: &Stated) -> Option<Stated> {
    let result: ResultHead = serde_json::from_slice(bytes).ok()?;
    let commit = result.commit.filter(|commit| is_commit(commit))?;
    let other = Stated { commit, as_of: result.as_of?, ..stated.clone() };
    (other != *stated).then_some(other)
}

impl Stated {
    /// What is asked for to make the pack again.
    pub fn request(&self) -> Request {
        Request {
            from: self.from.0,
            to: self.to.0,
            profile: self.profile.clone(),
            frameworks: self.frameworks.clone(),
            sample: self.sample.clone(),
            sample_size: self.sample_size,
            audience: self.audience,
        }
    }

    /// In what it differs from another, in words: `the as-of date 2026-06-30`.
    pub fn unlike(&self, other: &Self) -> String {
        let day = |name: &str, one: Day, two: Day| (one != two).then(|| format!("{name} {one}"));
        let text = |name: &str, one: &str, two: &str| (one != two).then(|| format!("{name} {one}"));
        let profile = |stated: &Self| stated.profile.clone().unwrap_or_else(|| "none".to_owned());
        let all = [
            text("the commit", &self.commit, &other.commit),
            day("the as-of date", self.as_of, other.as_of),
            day("a period from", self.from, other.from),
            day("a period to", self.to, other.to),
            text("the folder", &self.folder, &other.folder),
            text("the profile", &profile(self), &profile(other)),
        ];
        all.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_older_newer_or_none() {
        let said = |schema: &str| stated(format!("{{\"schema\": {schema}}}").as_bytes());
        let is = |schema: &str| match said(schema) {
            Err(WrongStated::Format { is, .. }) => is,
            other => panic!("{other:?}"),
        };
        assert_eq!(is("\"closeloop-pack-0\""), "an older format");
        assert_eq!(is("\"closeloop-pack-99\""), "a newer format");
        for other in ["\"closeloop-result-1\"", "7", "null", "\"closeloop-pack-1x\""] {
            assert_eq!(is(other), "no format that closeloop writes", "{other}");
        }
    }
}
