//! What the report says, section by section.

use super::{customer, incident, sections as parts};
use crate::page::{Block, Cell, Kind, Line, Page, Row, Section, Table};
use crate::report::{
    Audience, ChangeLine, Exceptions, FindingLine, Paper, PopulationPart, Provenance, Report, WaiverLine,
};
use crate::text::Text;

/// The report, to be read.
pub fn page(report: &Report) -> Page {
    let about = &report.provenance;
    let sections = if about.audience == Audience::Customer { customer::sections(report) } else { sections(report) };
    Page {
        title: "Evidence of learning from information security incidents".into(),
        name: Text::new(format!("Evidence of learning from incidents, {} to {}", about.from, about.to)),
        language: "en",
        label: about.label.clone(),
        foot: foot(about),
        head: head(report),
        sections,
    }
}

/// The sections for an auditor, and for management, which gets no sheets and no annex.
fn sections(report: &Report) -> Vec<Section> {
    let about = &report.provenance;
    let is_full = about.audience == Audience::Auditor;
    let first = [
        how(about),
        provenance(about),
        population(&report.population),
        rules(report),
        incident::matrix(&report.incidents),
        parts::sample(&report.sample, is_full),
    ];
    let sheets = is_full.then(|| incident::sheets(&report.incidents));
    let rest = [
        elsewhere(report),
        exceptions(&report.exceptions),
        paper(&report.paper),
        parts::risks(&report.risks),
        parts::ageing(&report.ageing),
        parts::integrity(&report.integrity, is_full),
        parts::boards(report),
        untested(report),
        again(about),
    ];
    let annex = is_full.then(|| parts::annex(report)).into_iter().flatten();
    first.into_iter().chain(sheets).chain(rest).chain(annex).chain([glossary()]).collect()
}

/// Digits of a commit and a day, on each printed page.
fn foot(about: &Provenance) -> Text {
    let commit: String = about.commit.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    Text::new(format!("commit {commit} · as of {} · closeloop {}", about.as_of, about.version))
}

fn head(report: &Report) -> Vec<Block> {
    let about = &report.provenance;
    let organisation = about.organisation.as_ref().map(|name| Block::Lead(Line::of(Kind::Strong, name.clone())));
    let scope = about.scope.as_ref().map(|scope| Block::says(format!("Scope of the management system: {scope}")));
    let dates =
        format!("Period {} to {}, judged as of {}, at commit {}.", about.from, about.to, about.as_of, about.commit);
    let fixed = [
        Block::says(dates),
        Block::Lead(Line::plain(report.outcome.clone())),
        Block::says(report.learned.clone()),
        Block::says(
            "This pack supports the examination of ISO/IEC 27001:2022 Annex A 5.27. It gives no score and no opinion on \
             whether a requirement is met: that is for the auditor.",
        ),
    ];
    let limits = about.audience.says().map(Block::says);
    let retention = about.retention.as_ref().map(|text| Block::says(format!("Retention: {text}")));
    organisation.into_iter().chain(scope).chain(fixed).chain(limits).chain(retention).collect()
}

fn how(about: &Provenance) -> Section {
    let period = format!(
        "An incident belongs to the period when the day of its detection, or that of its closure, lies from {} to {}, \
         both days included. One of which neither day can be read belongs to every period, so that none gets lost.",
        about.from, about.to
    );
    let inner = [
        Block::says(period),
        Block::says(
            "The rules judged all records of the commit, not only those of the period. Findings about incidents outside \
             the period are counted here; result.json lists them, in the pack for the auditor.",
        ),
        Block::says(
            "A change counts as shown when git has a landing on the main line, between the detection of the incident \
             and three days after the action was completed, that changed the named text in substance, and the text \
             still differs at the end of that time. For a decision the time ends at the as-of date.",
        ),
        Block::says(
            "Days of landings are dates of commits. Their grade says how far to rely on them: W0, only the record states \
             it; W1, the date of a commit, which whoever commits can set; W2, a merge that the forge made and signed.",
        ),
        Block::says(
            "In the CSV files, a cell that begins with =, +, - or @ (blanks before it and wide forms included), with a bar, \
             or with a line end, has an apostrophe before it, so that no spreadsheet takes it for a formula. Secrets that \
             a record holds are replaced by [secret].",
        ),
    ];
    // What is said of tables is for whoever gets them.
    let last = if about.audience == Audience::Auditor { inner.len() } else { inner.len() - 1 };
    Section::new("how", "How to read this", inner.into_iter().take(last))
}

fn provenance(about: &Provenance) -> Section {
    let row = |name: &'static str, value: Line| vec![Cell::plain(name), Cell::new(value)];
    let digest = Line::code(Text::new(&about.config_digest));
    let configuration = match &about.configuration {
        Some(path) => Line::code(path.clone()).and(Line::plain(", SHA-256 ")).and(digest),
        None => Line::plain("none, so the defaults apply; SHA-256 of nothing ").and(digest),
    };
    let history = format!(
        "{} commits of the main line compared, all of them; lowest grade of a date: {}",
        about.depth,
        about.grade.as_deref().unwrap_or("none")
    );
    let stated = |text: &Option<Text>| {
        Line::plain(text.clone().unwrap_or_else(|| Text::from("not stated in the configuration")))
    };
    let profile = about.profile.as_ref().map_or(Text::from("as the configuration says"), Text::new);
    let folder =
        if about.folder.is_empty() { Text::from("the root of the repository") } else { Text::new(&about.folder) };
    let remarks = Cell::of(about.notes.iter().cloned().map(Line::plain));
    let rows = [
        row("Repository", stated(&about.repository)),
        row("Commit", Line::code(Text::new(&about.commit))),
        row("Tree", Line::code(Text::new(&about.tree))),
        row("Day of the commit", Line::plain(about.commit_day.to_string())),
        row("Tool", Line::plain(format!("closeloop {}", about.version))),
        row("Configuration", configuration),
        row("Profile", Line::plain(profile)),
        row("As-of date", Line::plain(about.as_of.to_string())),
        row("Period", Line::plain(format!("{} to {}", about.from, about.to))),
        row("For whom", Line::plain(about.audience.name())),
        row("History", Line::plain(history)),
        row("Folder", Line::plain(folder)),
        vec![Cell::plain("Remarks"), remarks],
        row("Command", Line::code(about.command.clone())),
    ];
    let table = Table::new("What this pack was made of", &["What", "Value"], rows, "");
    Section::new("provenance", "Provenance", [Block::Table(table)])
}

/// Rows of two texts.
fn pairs(list: &[(Text, Text)]) -> impl Iterator<Item = Row> {
    list.iter().map(|(one, other)| vec![Cell::plain(one.clone()), Cell::plain(other.clone())])
}

/// Rows of a text and how often.
pub(super) fn numbers(list: &[(Text, usize)]) -> impl Iterator<Item = Row> {
    list.iter().map(|(name, n)| vec![Cell::plain(name.clone()), Cell::value(Some(n))])
}

fn population(part: &PopulationPart) -> Section {
    let sources = part.sources.iter().map(|line| {
        let texts = [&line.name, &line.state].map(|text| Cell::plain(text.clone()));
        texts.into_iter().chain([line.files, line.rows].map(|n| Cell::value(Some(n)))).collect()
    });
    let none = "No incident is in the period.";
    let [series, lists, unlisted] = parts::reconciliation(part);
    let tables = [
        Table::new("Sources", &["Source", "State", "Files", "Records or rows"], sources, ""),
        Table::new("Records", &["Which", "How many"], numbers(&part.counts), ""),
        Table::new("Incidents of the period by class", &["Class", "How many"], numbers(&part.classes), none),
        Table::new("Incidents of the period by month", &["Month", "How many"], numbers(&part.months), none),
        Table::new("Incidents of the period by origin", &["Origin", "How many"], numbers(&part.origins), none),
        Table::new(
            "Files that match the record paths and were not read",
            &["File", "Why"],
            pairs(&part.skipped),
            "Every file that matches the record paths was read.",
        ),
        Table::new(
            "Files that match the record paths and are no records",
            &["File", "Why"],
            pairs(&part.left_out),
            "No file was left out.",
        ),
    ];
    let gaps = findings(
        "Gaps in ids, ids that are gone, records that could not be read, lists that name more",
        &part.gaps,
        "No gap was found by the rules that ran.",
    );
    let blocks = tables.map(Block::Table).into_iter().chain([series, lists, unlisted, Block::Table(gaps)]);
    Section::new("population", "Population", blocks)
}

fn rules(report: &Report) -> Section {
    let row = |rule: &crate::report::RuleLine| {
        let state = Line::of(if rule.failed > 0 { Kind::Gap } else { Kind::Plain }, rule.state.clone());
        let about = [rule.summary.clone()].into_iter().chain(rule.reason.clone()).map(Line::plain);
        let counts = [rule.tested, rule.failed, rule.waived].map(|n| Cell::value(Some(n)));
        let about = [Cell::of(about), Cell::plain(rule.supports.clone())];
        [Cell::plain(rule.id.clone()), Cell::new(state)].into_iter().chain(counts).chain(about).collect()
    };
    let heads = ["Rule", "State", "Tested", "Failed", "Covered", "What it is about; why not run", "Supports"];
    let table =
        Table::new("Every rule that ran, and what kept one from running", &heads, report.rules.iter().map(row), "");
    let how = Block::says(
        "Tested counts subjects: records, actions, links. Failed counts findings at the level of a warning or above \
         that nothing covers; covered, those that a waiver or the baseline covers. The rules judged all records of \
         the commit. \"Supports\" names what a rule is evidence for; it does not say that it is fulfilled.",
    );
    Section::new("rules", "Results per rule", [how, Block::Table(table)]).wide()
}

/// Findings as a table.
pub(super) fn findings(caption: &'static str, list: &[FindingLine], none: &'static str) -> Table {
    let row = |line: &FindingLine| {
        let is_gap = line.state.as_str() == "open" && line.level.as_str() == "error";
        let level = Line::of(if is_gap { Kind::Gap } else { Kind::Plain }, line.level.clone());
        let record = line.record.clone().unwrap_or_default();
        let texts =
            [&line.rule, &record, &line.field, &line.message, &line.state].map(|text| Cell::plain(text.clone()));
        [Cell::new(level)].into_iter().chain(texts).chain([Cell::new(Line::code(line.place.clone()))]).collect()
    };
    let heads = ["Level", "Rule", "Record", "Field", "What is the case", "What became of it", "Where"];
    Table::new(caption, &heads, list.iter().map(row), none)
}

fn elsewhere(report: &Report) -> Section {
    let beyond = match report.beyond {
        0 => "There is no finding about an incident outside the period.".to_owned(),
        1 => "1 more finding is about an incident outside the period; the pack for the auditor has it in result.json."
            .to_owned(),
        n => format!(
            "{n} more findings are about incidents outside the period; the pack for the auditor has them in result.json."
        ),
    };
    let caption = "Findings about registers, the configuration and the run";
    let none = "There is no finding about a register, the configuration or the run.";
    let blocks = [Block::says(beyond), Block::Table(findings(caption, &report.elsewhere, none))];
    Section::new("elsewhere", "Findings about no single incident", blocks).wide()
}

fn exceptions(part: &Exceptions) -> Section {
    let waiver = |line: &WaiverLine| {
        let texts = [&line.rule, &line.about, &line.reason, &line.approver].map(|text| Cell::plain(text.clone()));
        let place = Cell::new(Line::code(line.place.clone()));
        texts.into_iter().chain([Cell::value(line.expires), place]).collect()
    };
    let heads = ["Rule", "About", "Reason", "Approved by", "Last day", "Where"];
    let tables = [
        Table::new(
            "Waivers as they are stated, whether they hold or not",
            &heads,
            part.waivers.iter().map(waiver),
            "No waiver is stated.",
        ),
        findings("Findings that a waiver covers", &part.waived, "No finding is waived."),
        findings(
            "Findings in the baseline: they stood when closeloop was adopted",
            &part.baselined,
            "No finding is in the baseline.",
        ),
        findings("Lapses that the record explains", &part.acknowledged, "No lapse is explained."),
    ];
    let what = Block::says(
        "Exceptions of the whole commit, not of the period alone. What is covered or explained fails no run and stays listed.",
    );
    Section::new("exceptions", "Exceptions", [what].into_iter().chain(tables.map(Block::Table))).wide()
}

fn paper(part: &Paper) -> Section {
    let change = |line: &ChangeLine| {
        let texts = [&line.incident, &line.by, &line.target].map(|text| Cell::plain(text.clone()));
        texts.into_iter().chain([Cell::new(incident::answered(line))]).collect()
    };
    let heads = ["Incident", "Claimed by", "What is claimed to have changed", "What git shows"];
    let changes = |caption, list: &[ChangeLine], none| Table::new(caption, &heads, list.iter().map(change), none);
    let lesson =
        |(id, lesson, outcome): &(Text, Text, Text)| [id, lesson, outcome].map(|text| Cell::plain(text.clone())).into();
    let tables = [
        changes("Claims that git does not bear out", &part.unproven, "There is no claim that git does not bear out."),
        changes("Claims that could not be compared", &part.unknown, "There is no claim that could not be compared."),
        changes("Changes that are stated outside git", &part.outside, "No change is stated outside git."),
        Table::new(
            "Lessons that are closed without a change that git shows",
            &["Incident", "Lesson", "What became of it"],
            part.lessons.iter().map(lesson),
            "No lesson is closed without a change that git shows.",
        ),
    ];
    let what = Block::says("Claims of the incidents of the period that stand in a record and not in what changed.");
    Section::new("paper", "On paper only", [what].into_iter().chain(tables.map(Block::Table))).wide()
}

pub(super) fn untested(report: &Report) -> Section {
    let row = |limit: &crate::report::Limit| [&limit.what, &limit.why].map(|text| Cell::plain(text.clone())).into();
    let caption = "Not run, switched off, or beyond what git can show";
    let table = Table::new(caption, &["What", "Why"], report.not_tested.iter().map(row), "");
    Section::new("untested", "What was not tested", [Block::Table(table)])
}

pub(super) fn again(about: &Provenance) -> Section {
    let blocks = [
        Block::says(
            "Have closeloop of the version above and a full clone of the repository. From the root of the clone:",
        ),
        Block::Code(vec![about.command.clone()]),
        Block::says(
            "The files are the same, byte for byte. To compare a pack with a repository, and to see whether a file was changed since:",
        ),
        Block::Code(vec!["closeloop verify PACK --repo CLONE".into(), "sha256sum -c MANIFEST.sha256".into()]),
        Block::says(
            "The second line compares the files of the pack with their list only; who changes a file can change the list as well.",
        ),
    ];
    Section::new("again", "How to reproduce and verify", blocks)
}

pub(super) fn glossary() -> Section {
    const WORDS: [(&str, &str); 12] = [
        ("As-of date", "The day on which everything is judged."),
        ("Baseline", "What stood when closeloop was adopted: shown, and fails no run."),
        ("Claim", "An entry in a record that says that something was changed."),
        ("Class", "minor, moderate, significant or major; each severity word maps to one."),
        ("Finding", "What a rule reports: an error, a warning or a note."),
        ("Landing", "The moment at which the main line got a change."),
        ("Main line", "The first-parent history up to the commit."),
        ("Register", "A list that records refer to: risks, policies, controls, people."),
        ("Sample", "The incidents that are looked at in full."),
        ("Tombstone", "A record that is void and keeps its id, with the reason."),
        ("Trace", "The way from an incident to what changed, and back."),
        ("Waiver", "Somebody answers for a finding, with a reason, until a day."),
    ];
    let terms = WORDS.map(|(word, means)| (Text::from(word), Line::plain(means)));
    Section::new("words", "Glossary", [Block::Terms(terms.into())])
}
