//! What a result shows where records may not be read: applied once to a verdict and its sources, before any renderer.
//!
//! Nothing is filtered out of a message. A text that a record may stand in is replaced by what the catalogue says of
//! the rule, and the sources lose their text, so that no renderer, the next one included, has anything to give away.

mod said;

use crate::config::model::PrivacyLevel;
use crate::population::People;
use crate::rules::Nature;
use crate::source::{Place, Sources};
use crate::text::{Origin, Text, bare_field, bare_id};
use crate::verdict::{BaseInfo, Cover, HistoryInfo, Judged, JudgedRelated, OpenAction, Problem, RuleResult, Verdict};
use said::Catalogue;

/// A verdict and its sources, as far as a level lets them be shown. `people` gives a name its handle.
pub fn shown(verdict: Verdict, sources: Sources, people: &People, level: PrivacyLevel) -> (Verdict, Sources) {
    let most = match level {
        PrivacyLevel::Full => return (verdict, sources),
        PrivacyLevel::Reduced => Origin::Run,
        PrivacyLevel::Minimal => Origin::Program,
    };
    let mut veil = Veil { level, most, people, catalogue: Catalogue::default() };
    (veil.verdict(verdict), sources.without_text())
}

/// What is drawn over a verdict.
struct Veil<'a> {
    level: PrivacyLevel,
    /// Texts that come from farther away than this are replaced.
    most: Origin,
    people: &'a People,
    catalogue: Catalogue,
}

impl Veil<'_> {
    /// Each part is named, so that a new one cannot pass without somebody who decides about it.
    fn verdict(&mut self, verdict: Verdict) -> Verdict {
        let Verdict { commit, base, as_of, config_digest, organisation, counts, learned, skipped, left_out, .. } =
            verdict;
        let Verdict { rules, findings, problems, history, notes, fail_on, ending, open_actions, privacy: _, .. } =
            verdict;
        let told = Text::from(said::told(self.level));
        Verdict {
            commit,
            base: base.map(|base| self.base(base)),
            as_of,
            config_digest,
            organisation: organisation.filter(|_| self.is_reduced()),
            counts,
            learned,
            skipped,
            left_out,
            rules: rules.into_iter().map(|rule| self.rule(rule)).collect(),
            findings: findings.into_iter().map(|finding| self.finding(finding)).collect(),
            problems: problems.into_iter().map(|problem| self.problem(problem)).collect(),
            history: HistoryInfo { notes: self.notes(history.notes), ..history },
            notes: self.notes(notes).into_iter().chain([told]).collect(),
            fail_on,
            ending,
            open_actions: open_actions.filter(|_| self.is_reduced()).map(|all| all.into_iter().map(action).collect()),
            privacy: self.level,
        }
    }

    fn is_reduced(&self) -> bool {
        self.level == PrivacyLevel::Reduced
    }

    /// Whether a text may be shown as it is.
    fn shows(&self, text: &Text) -> bool {
        text.origin() <= self.most
    }

    fn or(&self, text: Text, otherwise: impl Into<Text>) -> Text {
        if self.shows(&text) { text } else { otherwise.into() }
    }

    fn notes(&self, notes: Vec<Text>) -> Vec<Text> {
        let mut kept: Vec<Text> = notes.into_iter().map(|note| self.or(note, said::REMARK)).collect();
        kept.dedup();
        kept
    }

    /// A branch may have any name.
    fn base(&self, base: BaseInfo) -> BaseInfo {
        let short: String = base.commit.chars().take(7).collect();
        BaseInfo { name: self.or(base.name, short), commit: base.commit }
    }

    fn rule(&self, rule: RuleResult) -> RuleResult {
        let RuleResult { id, state, tested, failed, waived, reason } = rule;
        let reason = reason.map(|reason| self.or(reason, said::NOT_RUN));
        RuleResult { id, state, tested, failed, waived, reason }
    }

    fn problem(&self, problem: Problem) -> Problem {
        let Problem { kind, message, help, path, place, start } = problem;
        let (message, help) = if self.shows(&message) && self.shows(&help) {
            (message, help)
        } else {
            let (message, help) = said::could_not(kind);
            (message.into(), help.into())
        };
        Problem { kind, message, help, path, place: place.map(whole), start }
    }

    fn finding(&mut self, finding: Judged) -> Judged {
        let shows = [&finding.message, &finding.why, &finding.help].map(|text| self.shows(text));
        let is_reduced = self.is_reduced();
        let words = self.catalogue.of(&finding.rule);
        let message = said::message(&finding, words, shows[0], is_reduced);
        let field = Text::new(bare_field(finding.field.as_str()));
        let Judged { rule, level, nature, record, class, item, path, place, start, end, why, help, .. } = finding;
        let Judged { repair, related, due, fingerprint, is_new, cover, is_secret, field: _, message: _, .. } = finding;
        Judged {
            level,
            record: record.map(id),
            class,
            item: item.map(id),
            field,
            path,
            place: whole(place),
            start,
            end,
            message,
            why: if shows[1] { why } else { words.why.clone() },
            help: if shows[2] { help } else { said::help(&rule, repair) },
            repair,
            nature: self.nature(nature),
            related: if is_reduced { related.into_iter().map(|one| self.related(one)).collect() } else { Vec::new() },
            due: due.filter(|_| is_reduced),
            fingerprint,
            is_new,
            cover: cover.map(|cover| self.cover(cover)),
            is_secret,
            rule,
        }
    }

    fn related(&self, related: JudgedRelated) -> JudgedRelated {
        let JudgedRelated { path, place, start, end, message, commit } = related;
        let message = said::related(self.shows(&message).then_some(message), commit.as_ref());
        JudgedRelated { path, place: whole(place), start, end, message, commit }
    }

    fn nature(&self, nature: Nature) -> Nature {
        match nature {
            Nature::Breach => Nature::Breach,
            Nature::Pending { due } => Nature::Pending { due: due.filter(|_| self.is_reduced()) },
            Nature::Acknowledged { field, why: _, by } => {
                Nature::Acknowledged { field: bare_field(&field), why: Text::default(), by: self.handle(&by) }
            }
        }
    }

    fn cover(&self, cover: Cover) -> Cover {
        match cover {
            Cover::Baseline => Cover::Baseline,
            Cover::Waiver { reason: _, approver, expires } => Cover::Waiver {
                reason: Text::default(),
                approver: self.handle(&approver),
                expires: expires.filter(|_| self.is_reduced()),
            },
        }
    }

    /// The handle under which the people register has a name; empty where there is none, and where no person is shown.
    fn handle(&self, name: &Text) -> Text {
        let person = self.people.find(name.as_str()).filter(|_| self.is_reduced());
        person.map(|person| &*person.id).filter(|id| said::is_handle(id)).map(Text::new).unwrap_or_default()
    }
}

/// An id that looks like one.
fn id(name: Text) -> Text {
    name.with(bare_id(name.as_str()))
}

/// A day, and an id that looks like one, else the file.
fn action(action: OpenAction) -> OpenAction {
    let OpenAction { due, record, path } = action;
    let is_shown = bare_id(record.as_str()) == record.as_str();
    OpenAction { due, record: if is_shown { record } else { Text::of_run(path.as_str()) }, path }
}

/// A place whose text is not shown: the file, beside which the position stands.
fn whole(place: Place) -> Place {
    Place::File(place.source())
}
