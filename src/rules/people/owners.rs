//! Who owned an asset on a day: by the history of its row, else by CODEOWNERS as it was.

use crate::history::{CODEOWNERS, History, Target};
use crate::record::register::RegisterKind;
use crate::rules::{Case, Finding, NotRun};
use chrono::NaiveDate;
use globset::GlobBuilder;

/// The owners of assets, as history knows them.
pub(super) struct Owners<'c> {
    case: Case<'c>,
    history: &'c History,
}

impl<'c> Owners<'c> {
    /// The owners of a case.
    ///
    /// # Errors
    /// There is no history, or neither assets nor owners of code are known.
    pub(super) fn new(case: &Case<'c>) -> Result<Self, NotRun> {
        let history = case.history()?;
        if history.code_owners.is_empty() {
            case.register(RegisterKind::Assets)?;
        }
        Ok(Self { case: *case, history })
    }

    /// Every name by which the owners of an asset went on a day; one of them is enough.
    pub(super) fn of(&self, asset: &str, on: NaiveDate) -> Vec<String> {
        let row = self.owner(asset, on).map(|owner| names_of(&owner)).unwrap_or_default();
        if row.is_empty() { self.of_code(asset, on) } else { row }
    }

    fn owner(&self, asset: &str, on: NaiveDate) -> Option<String> {
        let target = Target::Row(RegisterKind::Assets, asset.into());
        let end = self.history.chronicle.end_of(on)?;
        let version = self.history.chronicle.target(&target)?.at(end)?;
        version.row.as_ref()?.owner.as_deref().map(ToOwned::to_owned)
    }

    /// The owners that CODEOWNERS gave to the file of an asset, or to the path that the asset is.
    fn of_code(&self, asset: &str, on: NaiveDate) -> Vec<String> {
        let row = self.case.population().register(RegisterKind::Assets).rows.get(asset);
        let file = row.filter(|row| row.is_document).map(|row| self.case.population().path(row.source).as_str());
        let stated = row.and_then(|row| row.text("path"));
        let text = self.code_owners(on).unwrap_or_default();
        // Whoever keeps the register owns its folder, and not what the register lists.
        let of_file = file.map(|path| code_owners(text, |pattern| bare(pattern) == path));
        let of_path = [stated, Some(asset)].into_iter().flatten().map(|path| code_owners(text, |p| covers(p, path)));
        of_file.into_iter().chain(of_path).find(|names| !names.is_empty()).unwrap_or_default()
    }

    /// CODEOWNERS as it was: of the places where it may lie, the first one that forges look at.
    fn code_owners(&self, on: NaiveDate) -> Option<&'c str> {
        let end = self.history.chronicle.end_of(on)?;
        let at = |place: &&str| {
            let versions = self.history.code_owners.iter().filter(|version| *version.path.as_str() == **place);
            versions.rev().find(|version| version.position <= end)?.text.as_deref()
        };
        [CODEOWNERS[1], CODEOWNERS[0], CODEOWNERS[2]].iter().find_map(at)
    }

    /// Adds the landing that last changed who owns an asset, where that was after the review.
    pub(super) fn tell(&self, finding: Finding, asset: &str, on: NaiveDate) -> Finding {
        let target = Target::Row(RegisterKind::Assets, asset.into());
        let Some(history) = self.history.chronicle.target(&target) else { return finding };
        let owner = |index: usize| history.versions.get(index).and_then(|v| v.row.as_ref()?.owner.as_deref());
        let changed = (1..history.versions.len()).rev().find(|&index| owner(index) != owner(index - 1));
        let Some(version) = changed.and_then(|index| history.versions.get(index)) else { return finding };
        let landing = self.history.landing(version.position);
        let place = self.history.place(&version.path).filter(|_| landing.day > on);
        match place {
            Some(place) => finding.seen(place, &landing, format!("{} gave it to another owner", landing.name())),
            None => finding,
        }
    }
}

/// An owner as it is written, and each of several that are written in one.
pub(super) fn names_of(owner: &str) -> Vec<String> {
    let owner = owner.trim();
    if !owner.chars().any(char::is_alphanumeric) {
        return Vec::new();
    }
    let parts: Vec<&str> =
        owner.split([',', ';', '/', '+', '&', '\n']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let several = if parts.len() > 1 { parts } else { Vec::new() };
    std::iter::once(owner).chain(several).map(ToOwned::to_owned).collect()
}

/// The owners that the last line with a fitting pattern names, as the forges read it.
fn code_owners(text: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let rules = lines.filter(|line| !line.is_empty() && !line.starts_with(['[', '^']));
    let matching = rules.filter_map(|line| {
        let mut words = line.split_whitespace();
        let pattern = words.next().filter(|pattern| fits(pattern))?;
        // Who owns everything by default says nothing of one asset.
        let is_default = !pattern.chars().any(char::is_alphanumeric);
        let owners = words.map(|name| name.trim_start_matches('@').to_owned());
        Some(if is_default { Vec::new() } else { owners.collect() })
    });
    matching.last().unwrap_or_default()
}

fn bare(pattern: &str) -> &str {
    pattern.trim_start_matches('/').trim_end_matches('/')
}

/// Whether a pattern of CODEOWNERS covers a path: it is anchored by a slash that is not its last sign, and a folder
/// covers what lies below it.
fn covers(pattern: &str, path: &str) -> bool {
    let start = if pattern.trim_end_matches('/').contains('/') { "" } else { "**/" };
    ["", "/**"].iter().any(|end| {
        let glob = GlobBuilder::new(&format!("{start}{}{end}", bare(pattern))).literal_separator(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_owns() {
        let text = "* @all\n# a comment\n/services/ @ops\n/services/vpn/ @eva tom@firm.example # both\n*.tf @infra\n";
        let of = |text: &str, path: &str| code_owners(text, |pattern| covers(pattern, path));
        assert_eq!(of(text, "services/vpn"), ["eva", "tom@firm.example"]);
        assert_eq!(of(text, "services/crm/main.md"), ["ops"]);
        assert_eq!(of(text, "services/crm/main.tf"), ["infra"]);
        assert_eq!(of(text, "readme.md"), Vec::<String>::new());
        assert_eq!(of("/docs/*.md @a", "docs/deep/x.md"), Vec::<String>::new());
    }

    #[test]
    fn several_owners_may_stand_in_one_cell() {
        assert_eq!(names_of("eva, tom"), ["eva, tom", "eva", "tom"]);
        assert_eq!(names_of(" eva "), ["eva"]);
        assert_eq!(names_of(" "), Vec::<String>::new());
    }
}
