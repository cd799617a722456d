//! `statement.intoto.json`: what the files of a pack are and what they were made of, as attestations state it.

use super::{PackFile, digest};
use crate::render::json;
use crate::report::{Provenance, Report};
use crate::text::Text;
use crate::timeline::Day;
use serde::Serialize;

/// What the predicate is called. A change that breaks readers gives it another number.
const PREDICATE: &str = "https://github.com/closeloop/closeloop/evidence-pack/v1";

/// A statement of in-toto, version 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement<'a> {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<Subject>,
    predicate_type: &'static str,
    predicate: Predicate<'a>,
}

/// One file.
#[derive(Serialize)]
struct Subject {
    name: &'static str,
    digest: Sums,
}

#[derive(Serialize)]
struct Sums {
    sha256: String,
}

/// What the files were made of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Predicate<'a> {
    tool: Tool,
    repository: Option<&'a Text>,
    commit: &'a str,
    tree: &'a str,
    folder: &'a str,
    config_digest: Sums,
    profile: Option<&'a str>,
    frameworks: &'a [&'static str],
    audience: &'static str,
    as_of: Day,
    period: Period,
    command: &'a Text,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Period {
    from: Day,
    to: Day,
}

/// The statement about the files of a pack.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub(super) fn statement(report: &Report, files: &[PackFile]) -> Result<String, serde_json::Error> {
    let subject =
        files.iter().map(|file| Subject { name: file.name, digest: Sums { sha256: digest(&file.bytes) } }).collect();
    json::pretty(&Statement {
        kind: "https://in-toto.io/Statement/v1",
        subject,
        predicate_type: PREDICATE,
        predicate: predicate(&report.provenance),
    })
}

fn predicate(about: &Provenance) -> Predicate<'_> {
    Predicate {
        tool: Tool { name: "closeloop", version: about.version },
        repository: about.repository.as_ref(),
        commit: &about.commit,
        tree: &about.tree,
        folder: &about.folder,
        config_digest: Sums { sha256: about.config_digest.clone() },
        profile: about.profile.as_deref(),
        frameworks: &about.frameworks,
        audience: about.audience.name(),
        as_of: about.as_of,
        period: Period { from: about.from, to: about.to },
        command: &about.command,
    }
}
