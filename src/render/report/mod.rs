//! The files of an evidence pack: functions of one [`Report`]. No file holds anything that the value does not.

mod checklist;
mod crosswalk;
mod csv;
mod customer;
mod incident;
mod oscal;
mod page;
mod sections;
mod statement;
mod tables;
mod xlsx;

use super::{json, page as shown};
use crate::page::Page;
use crate::report::{Audience, MANIFEST, PROVENANCE, Provenance, Report};
use crate::verdict::Verdict;
use sha2::{Digest as _, Sha256};
use std::error::Error;

/// The checklist of an internal audit.
const CHECKLIST: &str = "checklist.md";
/// Results of an assessment, as OSCAL has them.
const RESULTS: &str = "oscal-assessment-results.json";
/// A plan of action, as OSCAL has it.
const POAM: &str = "oscal-poam.json";
/// The tables as a workbook.
const WORKBOOK: &str = "evidence.xlsx";
/// What the files are and what they were made of, as attestations state it.
const STATEMENT: &str = "statement.intoto.json";
/// The names of all files of a pack, sorted.
pub const NAMES: [&str; 12] = [
    MANIFEST,
    "actions.csv",
    CHECKLIST,
    WORKBOOK,
    "incidents.csv",
    RESULTS,
    POAM,
    PROVENANCE,
    "report.html",
    "report.pdf",
    "result.json",
    STATEMENT,
];

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
/// The statement names the digests of all files but itself and the list; the list has that of the statement as well.
/// Who vouches for the list vouches for everything.
///
/// # Errors
/// None in practice: every value has its form in every file.
pub fn pack(report: &Report, verdict: &Verdict) -> Result<Vec<PackFile>, Box<dyn Error>> {
    let file = |name, text: String| PackFile { name, bytes: text.into_bytes() };
    let page = page::page(report);
    let mut files = vec![
        file("actions.csv", csv::csv(&tables::actions(report))),
        file(CHECKLIST, shown::markdown(&checklist::checklist(report, &page))),
        PackFile { name: WORKBOOK, bytes: xlsx::workbook(report, &page)? },
        file("incidents.csv", csv::csv(&tables::incidents(report))),
        file(RESULTS, oscal::results(report)?),
        file(POAM, oscal::poam(report)?),
        file(PROVENANCE, json::pretty(&report.provenance)?),
        file("report.html", shown::html(&page)),
        PackFile { name: "report.pdf", bytes: pdf(&page, &report.provenance)? },
        file("result.json", json::render(verdict)?),
    ];
    files.retain(|file| report.provenance.audience == Audience::Auditor || READ_BY_ALL.contains(&file.name));
    files.push(file(STATEMENT, statement::statement(report, &files)?));
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
