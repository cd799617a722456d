//! The outputs of a step on GitHub: what later steps of the job may ask for. Numbers and fixed words alone, so that no
//! text of a record can add an output.

use crate::config::Level;
use crate::verdict::{Ending, Judged, Verdict};

/// Lines for the file that `GITHUB_OUTPUT` names. What a waiver or the baseline covers is not counted; what stood in the
/// base is, except under `new`. Where nothing could be checked, no number is given.
pub fn render(verdict: &Verdict) -> String {
    let ending = match verdict.ending {
        Ending::Pass => "pass",
        Ending::Fail => "fail",
        Ending::CouldNotCheck => "could-not-check",
    };
    let count = |wanted: &dyn Fn(&Judged) -> bool| {
        let is_counted = |finding: &&Judged| finding.cover.is_none() && wanted(finding);
        let is_known = verdict.ending != Ending::CouldNotCheck;
        if is_known { verdict.findings.iter().filter(is_counted).count().to_string() } else { String::new() }
    };
    let errors = count(&|finding| finding.level == Level::Error);
    let warnings = count(&|finding| finding.level == Level::Warning);
    let is_new = |finding: &Judged| finding.level > Level::Note && finding.is_new == Some(true);
    let new = verdict.base.as_ref().map_or(String::new(), |_| count(&is_new));
    format!("verdict={ending}\nerrors={errors}\nwarnings={warnings}\nnew={new}\n")
}
