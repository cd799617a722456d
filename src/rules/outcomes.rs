//! Outcomes of a run that stand in the catalogue and that no rule finds: with them a run has not checked what it was
//! asked to check, and ends with exit code 2. No level and no waiver changes that.

use super::Sees;

/// An outcome with a name.
#[derive(Clone, Copy, Debug)]
pub struct RunOutcome {
    /// The id.
    pub id: &'static str,
    /// What it means, in one line.
    pub summary: &'static str,
    /// What it is about, why it ends a run, and what to do, a paragraph each.
    pub explanation: &'static str,
    /// What it is about: all records, or history.
    pub sees: Sees,
}

/// The id of the outcome that history is missing.
pub const SHALLOW_HISTORY: &str = "shallow-history";
/// The id of the outcome that there is no record.
pub const EMPTY_POPULATION: &str = "empty-population";

/// All of them, sorted by id.
pub const OUTCOMES: &[RunOutcome] = &[
    RunOutcome {
        id: EMPTY_POPULATION,
        summary: "No record matches the configured paths, so nothing was checked: exit code 2",
        explanation: "No file matches `[incidents] paths`, or none that matches could be read.\n\nAn empty list of incidents \
                      and a wrong path look the same, and a run that saw nothing must not look as if all were well.\n\n\
                      Correct the paths in closeloop.toml, or name the records there: `[incidents] paths = \
                      [\"incidents/**\"]`.",
        sees: Sees::Population,
    },
    RunOutcome {
        id: SHALLOW_HISTORY,
        summary: "History is missing (shallow or partial clone, missing objects): exit code 2 where a rule needs it",
        explanation: "The clone is shallow, it is a partial one without the older files, or objects are missing. Rules \
                      that see history, or the part of a rule that does, are then not run; all others are.\n\nWhat was \
                      never compared must not look as if it had been found in order. The outcome says nothing good or \
                      bad about the records.\n\nFetch the whole history: `git fetch --unshallow` at home, `fetch-depth: 0` \
                      for actions/checkout, `GIT_DEPTH: \"0\"` in GitLab CI, `fetchDepth: 0` in Azure Pipelines. A run \
                      with `--no-history`, or with `--rule` and rules that see no history, needs none and says so.",
        sees: Sees::History,
    },
];
