//! The files of an evidence pack: functions of one [`Report`]. No file holds anything that the value does not.

mod csv;
mod customer;
mod incident;
mod page;
mod sections;

use super::{json, page as shown};
use crate::page::Page;
use crate::report::{Audience, Provenance, Report};
use crate::verdict::Verdict;
use sha2::{Digest as _, Sha256};

/// The list of the other files with their digests, as `sha256sum` writes it.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// What the pack was made of.
pub const PROVENANCE: &str = "provenance.json";
/// The names of all files of a pack, sorted.
pub const NAMES: [&str; 7] =
    [MANIFEST, "actions.csv", "incidents.csv", PROVENANCE, "report.html", "report.pdf", "result.json"];

/// The files of a pack that is not for an auditor: what is in the others is not for every reader.
const READ_BY_ALL: [&str; 3] = [PROVENANCE, "report.html", "report.pdf"];

/// One file of a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackFile {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// All files of a pack, by name.
///
/// # Errors
/// None in practice: every value has a JSON form, and the PDF keeps to its standards.
pub fn pack(report: &Report, verdict: &Verdict) -> Result<Vec<PackFile>, Box<dyn std::error::Error>> {
    let file = |name, text: String| PackFile { name, bytes: text.into_bytes() };
    let page = page::page(report);
    let mut files = vec![
        file("actions.csv", csv::actions(report)),
        file("incidents.csv", csv::incidents(report)),
        file(PROVENANCE, json::pretty(&report.provenance)?),
        file("report.html", shown::html(&page)),
        PackFile { name: "report.pdf", bytes: pdf(&page, &report.provenance)? },
        file("result.json", json::render(verdict)?),
    ];
    files.retain(|file| report.provenance.audience == Audience::Auditor || READ_BY_ALL.contains(&file.name));
    let manifest = files.iter().map(|file| format!("{}  {}\n", digest(&file.bytes), file.name)).collect();
    files.insert(0, file(MANIFEST, manifest));
    Ok(files)
}

/// The page as a PDF, which is dated with the day that everything is judged at.
fn pdf(page: &Page, about: &Provenance) -> Result<Vec<u8>, shown::PdfError> {
    let Provenance { commit, from, to, as_of, audience, .. } = about;
    let id = format!("closeloop report of {commit}, {from} to {to}, as of {as_of}, for {audience:?}");
    shown::pdf(page, &shown::Made { day: as_of.0, id: &id })
}

/// SHA-256 in hex.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
