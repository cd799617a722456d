//! `oscal-assessment-results.json` and `oscal-poam.json`: the report as programs for compliance exchange it.
//!
//! Nothing is ever called satisfied: a finding of OSCAL stands only where a rule that supports a statement found
//! something. Ids are made of the commit and of what they name, times are days: the same report gives the same bytes.

mod model;

use crate::render::json;
use crate::report::{ClauseLine, FindingLine, Provenance, Report, RuleLine};
use crate::text::Text;
use crate::timeline::Day;
use model::*;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Where our own properties are explained.
const NAMESPACE: &str = "https://github.com/closeloop/closeloop";

/// What the report found, as results of an assessment.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub(super) fn results(report: &Report) -> Result<String, serde_json::Error> {
    let teller = Teller::new(report);
    let about = &report.provenance;
    let document = AssessmentResults {
        uuid: teller.id("assessment-results"),
        metadata: teller.metadata("Learning from information security incidents: results"),
        import_ap: Import { href: format!("#{}", teller.id("how")) },
        results: vec![AssessmentResult {
            uuid: teller.id("result"),
            title: format!("Period {} to {}", about.from, about.to),
            description: filled(&report.outcome),
            start: time(about.from),
            end: time(about.as_of.min(about.to).max(about.from)),
            reviewed_controls: teller.reviewed(),
            observations: report.rules.iter().map(|rule| teller.observation(rule)).collect(),
            risks: teller.risks(),
            findings: teller.findings(),
        }],
        back_matter: BackMatter { resources: vec![teller.how()] },
    };
    json::pretty(&Results { assessment_results: document })
}

/// What is open, as a plan of action and milestones.
///
/// # Errors
/// None in practice: every value has a JSON form.
pub(super) fn poam(report: &Report) -> Result<String, serde_json::Error> {
    let teller = Teller::new(report);
    let document = PlanOfAction {
        uuid: teller.id("poam"),
        metadata: teller.metadata("Learning from information security incidents: what is open"),
        system_id: SystemId { identifier_type: NAMESPACE, id: teller.system() },
        observations: report.rules.iter().map(|rule| teller.observation(rule)).collect(),
        risks: teller.risks(),
        poam_items: teller.items(),
        back_matter: BackMatter { resources: vec![teller.how()] },
    };
    json::pretty(&Plan { plan_of_action_and_milestones: document })
}

/// What every part asks.
struct Teller<'a> {
    report: &'a Report,
    /// Findings that are due and that nothing covers, each with its number.
    open: Vec<(usize, &'a FindingLine)>,
}

impl<'a> Teller<'a> {
    fn new(report: &'a Report) -> Self {
        let all = report.incidents.iter().flat_map(|sheet| &sheet.findings).chain(&report.elsewhere);
        let is_open = |(_, line): &(usize, &FindingLine)| {
            line.state.as_str() == "open" && ["error", "warning"].contains(&line.level.as_str())
        };
        Self { report, open: all.enumerate().filter(is_open).collect() }
    }

    /// The id of a part: the same for the same part of the same report.
    fn id(&self, part: &str) -> String {
        let about = &self.report.provenance;
        let Provenance { commit, config_digest, as_of, from, to, .. } = about;
        let frameworks = about.frameworks.join(",");
        let seed = format!("{commit}\n{config_digest}\n{as_of}\n{from}\n{to}\n{frameworks}\n{part}");
        uuid(&Sha256::digest(seed.as_bytes()))
    }

    fn risk_id(&self, number: usize) -> String {
        self.id(&format!("risk {number}"))
    }

    fn observation_id(&self, rule: &str) -> String {
        self.id(&format!("rule {rule}"))
    }

    fn metadata(&self, title: &str) -> Metadata {
        let about = &self.report.provenance;
        let organisation = about.organisation.as_ref().filter(|name| !name.as_str().trim().is_empty());
        Metadata {
            title: organisation.map_or_else(|| title.to_owned(), |name| format!("{name}: {title}")),
            last_modified: time(about.as_of),
            version: about.commit.clone(),
            oscal_version: VERSION,
            props: vec![
                property("tool", &format!("closeloop {}", about.version)),
                property("tree", &about.tree),
                property("config-digest", &about.config_digest),
                property("as-of", &about.as_of.to_string()),
            ],
            remarks: "Supports an examination. It states what rules found, and never that a control is satisfied.",
        }
    }

    fn system(&self) -> String {
        let about = &self.report.provenance;
        about.repository.as_ref().map_or_else(|| about.commit.clone(), filled)
    }

    /// How the results were made.
    fn how(&self) -> Resource {
        Resource {
            uuid: self.id("how"),
            title: "How it was checked",
            description: filled(&self.report.provenance.command),
        }
    }

    fn reviewed(&self) -> ReviewedControls {
        let selection = |part: &crate::report::FrameworkPart| ControlSelection {
            description: filled(&part.title),
            include_controls: part
                .clauses
                .iter()
                .map(|line| Selected { control_id: statement(&part.name, line) })
                .collect(),
        };
        ReviewedControls { control_selections: self.report.crosswalk.iter().map(selection).collect() }
    }

    fn observation(&self, rule: &RuleLine) -> Observation {
        let RuleLine { tested, failed, waived, .. } = rule;
        let reason = rule.reason.as_ref().map_or(String::new(), |reason| format!(" Not run: {reason}."));
        let counts = format!("{}: {tested} tested, {failed} failed, {waived} covered.{reason}", rule.state);
        Observation {
            uuid: self.observation_id(rule.id.as_str()),
            title: rule.id.to_string(),
            description: format!("{} {counts}", rule.summary),
            props: vec![property("rule", rule.id.as_str()), property("state", &rule.state.as_str().replace(' ', "-"))],
            methods: ["TEST"],
            collected: time(self.report.provenance.as_of),
            relevant_evidence: vec![Evidence {
                href: "result.json",
                description: "Every finding of the rule, with its place",
            }],
        }
    }

    fn risks(&self) -> Vec<Risk> {
        self.open.iter().map(|(number, line)| self.risk(*number, line)).collect()
    }

    fn risk(&self, number: usize, line: &FindingLine) -> Risk {
        Risk {
            uuid: self.risk_id(number),
            title: title(line),
            description: filled(&line.message),
            statement: filled(&line.help),
            status: "open",
            props: self.properties(line),
            related_observations: self.related(line.rule.as_str()),
        }
    }

    fn properties(&self, line: &FindingLine) -> Vec<Property> {
        let named = [
            ("rule", line.rule.as_str()),
            ("level", line.level.as_str()),
            ("record", line.record.as_ref().map_or("", Text::as_str)),
            ("field", line.field.as_str()),
            ("place", line.place.as_str()),
        ];
        named
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| property(name, value))
            .collect()
    }

    fn related(&self, rule: &str) -> Vec<RelatedObservation> {
        let known = self.report.rules.iter().filter(|line| line.id.as_str() == rule);
        known.map(|line| RelatedObservation { observation_uuid: self.observation_id(line.id.as_str()) }).collect()
    }

    /// One finding for each statement of which a rule that supports it found something.
    fn findings(&self) -> Vec<Finding> {
        let parts = self.report.crosswalk.iter();
        let all = parts.flat_map(|part| part.clauses.iter().map(move |line| (part, line)));
        all.filter_map(|(part, line)| self.finding(&part.name, &part.title, line)).collect()
    }

    fn finding(&self, framework: &Text, title: &Text, line: &ClauseLine) -> Option<Finding> {
        let rules: BTreeSet<&str> = line.rules.iter().map(|rule| rule.rule.as_str()).collect();
        let risks: Vec<RelatedRisk> = self
            .open
            .iter()
            .filter(|(_, found)| rules.contains(found.rule.as_str()))
            .map(|(number, _)| RelatedRisk { risk_uuid: self.risk_id(*number) })
            .collect();
        let failed: Vec<&str> =
            line.rules.iter().filter(|rule| rule.state.as_str() == "failed").map(|rule| rule.rule.as_str()).collect();
        if failed.is_empty() {
            return None;
        }
        let id = statement(framework, line);
        Some(Finding {
            uuid: self.id(&format!("statement {id}")),
            title: format!("{title}, {}", line.id),
            description: format!("Rules that support it found something: {}.", failed.join(", ")),
            target: Target {
                kind: "statement-id",
                target_id: id,
                status: Status { state: "not-satisfied", reason: "other", remarks: REASON },
            },
            related_observations: failed.iter().flat_map(|rule| self.related(rule)).collect(),
            related_risks: risks,
        })
    }

    fn items(&self) -> Vec<Item> {
        let item = |(number, line): &(usize, &FindingLine)| Item {
            uuid: self.id(&format!("item {number}")),
            title: title(line),
            description: format!("{} {}", line.message, line.help),
            props: self.properties(line),
            related_observations: self.related(line.rule.as_str()),
            related_risks: vec![RelatedRisk { risk_uuid: self.risk_id(*number) }],
        };
        let mut items: Vec<Item> = self.open.iter().map(item).collect();
        if items.is_empty() {
            // The format asks for an entry.
            items.push(Item {
                uuid: self.id("no item"),
                title: "Nothing is open".to_owned(),
                description: "No finding at the level of a warning or above is due and uncovered.".to_owned(),
                ..Item::default()
            });
        }
        items
    }
}

const REASON: &str =
    "A rule that supports the statement found something. Whether the control is met is for the assessor.";

fn title(line: &FindingLine) -> String {
    line.record.as_ref().map_or_else(|| line.rule.to_string(), |record| format!("{record}: {}", line.rule))
}

/// A text, as an empty one is refused.
fn filled(text: &Text) -> String {
    let text = text.as_str().trim();
    if text.is_empty() { "not stated".to_owned() } else { text.to_owned() }
}

/// A property of ours. Its value has no blank at either end and is never empty.
fn property(name: &'static str, value: &str) -> Property {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    Property { name, ns: NAMESPACE, value: if value.is_empty() { "none".to_owned() } else { value } }
}

/// The beginning of a day.
fn time(Day(day): Day) -> String {
    format!("{day}T00:00:00Z")
}

/// A clause as an id: `iso27001_a.5.27`.
fn statement(framework: &Text, line: &ClauseLine) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c.to_ascii_lowercase() } else { '_' };
    let raw: String = format!("{framework} {}", line.id).chars().map(sign).collect();
    raw.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// An id made of a digest, in the shape of version 5, which is made of a digest as well.
fn uuid(digest: &[u8]) -> String {
    let mut bytes: Vec<u8> = digest.iter().copied().take(16).collect();
    if let Some(byte) = bytes.get_mut(6) {
        *byte = *byte & 0x0f | 0x50;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = *byte & 0x3f | 0x80;
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_shape_that_readers_ask_for() {
        let id = uuid(&Sha256::digest(b"one"));
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(id.as_bytes()[14], b'5');
        assert!(b"89ab".contains(&id.as_bytes()[19]));
        assert_ne!(id, uuid(&Sha256::digest(b"two")));
    }
}
