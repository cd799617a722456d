//! `report.html`: one page without a script and without anything from elsewhere.

use super::html::{Html, p, says, table};
use super::incident;
use crate::report::{ChangeLine, Exceptions, FindingLine, Paper, PopulationPart, Provenance, Report, WaiverLine};
use crate::text::Text;

/// Nothing is loaded, nothing runs, nothing is sent.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n";

/// The sections with the ids that the contents link to.
const SECTIONS: [(&str, &str); 12] = [
    ("<a href=\"#how\">", "How to read this"),
    ("<a href=\"#provenance\">", "Provenance"),
    ("<a href=\"#population\">", "Population"),
    ("<a href=\"#rules\">", "Results per rule"),
    ("<a href=\"#trace\">", "Traceability matrix"),
    ("<a href=\"#incidents\">", "Incidents of the period"),
    ("<a href=\"#elsewhere\">", "Findings about no single incident"),
    ("<a href=\"#exceptions\">", "Exceptions"),
    ("<a href=\"#paper\">", "On paper only"),
    ("<a href=\"#untested\">", "What was not tested"),
    ("<a href=\"#again\">", "How to reproduce and verify"),
    ("<a href=\"#words\">", "Glossary"),
];

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let about = &report.provenance;
    let main = Html::all([
        title(report),
        contents(),
        how(about),
        provenance(about),
        population(&report.population),
        rules(report),
        incident::matrix(&report.incidents),
        incident::sheets(&report.incidents),
        elsewhere(report),
        exceptions(&report.exceptions),
        paper(&report.paper),
        untested(report),
        again(about),
        glossary(),
    ]);
    // The foot of each printed page: digits of a commit and a day, which no text can be made of.
    let foot = format!(
        "@page {{ @bottom-left {{ content: \"commit {} · as of {} · closeloop {}\"; font-size: 8pt; }} @bottom-right {{ \
         content: \"page \" counter(page) \" of \" counter(pages); font-size: 8pt; }} }}\n",
        hex(&about.commit),
        about.as_of,
        about.version
    );
    let name = Html::all([Html::text("Evidence of learning from incidents, "), period(about)]);
    [
        HEAD,
        &Html::tag("title", name).into_string(),
        "\n<style>\n",
        include_str!("style.css"),
        &foot,
        "</style>\n</head>\n<body>\n<main>\n",
        &main.into_string(),
        "</main>\n</body>\n</html>\n",
    ]
    .concat()
}

fn hex(commit: &str) -> String {
    commit.chars().filter(char::is_ascii_hexdigit).take(12).collect()
}

fn period(about: &Provenance) -> Html {
    Html::text(format!("{} to {}", about.from, about.to))
}

fn section(open: &'static str, heading: &'static str, inner: Html) -> Html {
    Html::all([
        Html::tag(open, Html::all([Html::tag("h2", Html::text(heading)), Html::raw("\n"), inner])),
        Html::raw("\n"),
    ])
}

fn title(report: &Report) -> Html {
    let about = &report.provenance;
    let organisation =
        about.organisation.as_ref().map(|name| Html::tag("p class=\"lead\"", Html::tag("strong", Html::text(name))));
    let scope = about.scope.as_ref().map(|scope| p(Html::text(format!("Scope of the management system: {scope}"))));
    let head = Html::tag("h1", Html::text("Evidence of learning from information security incidents"));
    let dates =
        format!("Period {} to {}, judged as of {}, at commit {}.", about.from, about.to, about.as_of, about.commit);
    let parts = [Some(head), organisation, scope, Some(p(Html::text(dates)))];
    Html::all([
        Html::tag("header", Html::all(parts.into_iter().flatten())),
        Html::tag("p class=\"lead\"", Html::text(&report.outcome)),
        p(Html::text(&report.learned)),
        says(
            "This pack supports the examination of ISO/IEC 27001:2022 Annex A 5.27. It gives no score and no opinion on \
             whether a requirement is met: that is for the auditor.",
        ),
    ])
}

fn contents() -> Html {
    let item = |(link, name): (&'static str, &'static str)| {
        Html::tag("li", Html::all([Html::raw(link), Html::text(name), Html::raw("</a>")]))
    };
    let list = Html::tag("ol", Html::all(SECTIONS.map(item)));
    Html::tag("nav aria-label=\"Contents\"", Html::all([Html::tag("h2", Html::text("Contents")), list]))
}

fn how(about: &Provenance) -> Html {
    let period = format!(
        "An incident belongs to the period when the day of its detection, or that of its closure, lies from {} to {}, \
         both days included. One of which neither day can be read belongs to every period, so that none gets lost.",
        about.from, about.to
    );
    let inner = [
        p(Html::text(period)),
        says(
            "The rules judged all records of the commit, not only those of the period. Findings about incidents outside \
             the period are counted here and listed in result.json.",
        ),
        says(
            "A change counts as shown when git has a landing on the main line, between the detection of the incident \
             and three days after the action was completed, that changed the named text in substance, and the text \
             still differs at the end of that time. For a decision the time ends at the as-of date.",
        ),
        says(
            "Days of landings are dates of commits. Their grade says how far to rely on them: W0, only the record states \
             it; W1, the date of a commit, which whoever commits can set; W2, a merge that the forge made and signed.",
        ),
        says(
            "In the CSV files, a cell that begins with =, +, - or @ (blanks before it and wide forms included), with a bar, \
             or with a line end, has an apostrophe before it, so that no spreadsheet takes it for a formula. Secrets that \
             a record holds are replaced by [secret].",
        ),
    ];
    section("section id=\"how\"", "How to read this", Html::all(inner))
}

fn provenance(about: &Provenance) -> Html {
    let code = |text: &str| Html::tag("code", Html::text(text));
    let row = |name: &'static str, value: Html| vec![Html::text(name), value];
    let configuration = match &about.configuration {
        Some(path) => Html::all([code(path.as_str()), Html::text(", SHA-256 "), code(&about.config_digest)]),
        None => Html::all([Html::text("none, so the defaults apply; SHA-256 of nothing "), code(&about.config_digest)]),
    };
    let history = format!(
        "{} commits of the main line compared, all of them; lowest grade of a date: {}",
        about.depth,
        about.grade.as_deref().unwrap_or("none")
    );
    let stated =
        |text: &Option<Text>| Html::text(text.as_ref().map_or("not stated in the configuration", Text::as_str));
    let rows = vec![
        row("Repository", stated(&about.repository)),
        row("Commit", code(&about.commit)),
        row("Tree", code(&about.tree)),
        row("Day of the commit", Html::text(about.commit_day)),
        row("Tool", Html::text(format!("closeloop {}", about.version))),
        row("Configuration", configuration),
        row("Profile", Html::text(about.profile.as_deref().unwrap_or("as the configuration says"))),
        row("As-of date", Html::text(about.as_of)),
        row("Period", period(about)),
        row("History", Html::text(history)),
        row("Folder", Html::text(if about.folder.is_empty() { "the root of the repository" } else { &about.folder })),
        row("Remarks", Html::lines(about.notes.iter().map(Html::text))),
        row("Command", code(about.command.as_str())),
    ];
    let inner = table("What this pack was made of", &["What", "Value"], rows, "");
    section("section id=\"provenance\"", "Provenance", inner)
}

fn population(part: &PopulationPart) -> Html {
    let numbers = |list: &[(Text, usize)]| list.iter().map(|(name, n)| vec![Html::text(name), Html::text(n)]).collect();
    let files =
        |list: &[(Text, Text)]| list.iter().map(|(path, why)| vec![Html::text(path), Html::text(why)]).collect();
    let sources = part.sources.iter().map(|line| {
        vec![Html::text(&line.name), Html::text(&line.state), Html::text(line.files), Html::text(line.rows)]
    });
    let inner = [
        table("Sources", &["Source", "State", "Files", "Records or rows"], sources.collect(), ""),
        table("Records", &["Which", "How many"], numbers(&part.counts), ""),
        table(
            "Incidents of the period by class",
            &["Class", "How many"],
            numbers(&part.classes),
            "No incident is in the period.",
        ),
        table(
            "Incidents of the period by month",
            &["Month", "How many"],
            numbers(&part.months),
            "No incident is in the period.",
        ),
        table(
            "Files that match the record paths and were not read",
            &["File", "Why"],
            files(&part.skipped),
            "Every file that matches the record paths was read.",
        ),
        table(
            "Files that match the record paths and are no records",
            &["File", "Why"],
            files(&part.left_out),
            "No file was left out.",
        ),
        findings(
            "Gaps in ids, ids that are gone, records that could not be read, lists that name more",
            &part.gaps,
            "No gap was found by the rules that ran.",
        ),
    ];
    section("section id=\"population\"", "Population", Html::all(inner))
}

fn rules(report: &Report) -> Html {
    let row = |rule: &crate::report::RuleLine| {
        let state = Html::text(&rule.state);
        let state = if rule.failed > 0 { Html::tag("span class=\"gap\"", state) } else { state };
        let about = Html::lines([Html::text(&rule.summary)].into_iter().chain(rule.reason.as_ref().map(Html::text)));
        vec![
            Html::text(&rule.id),
            state,
            Html::text(rule.tested),
            Html::text(rule.failed),
            Html::text(rule.waived),
            about,
            Html::or_dash(&rule.supports),
        ]
    };
    let heads = ["Rule", "State", "Tested", "Failed", "Covered", "What it is about; why not run", "Supports"];
    let inner = [
        says(
            "Tested counts subjects: records, actions, links. Failed counts findings at the level of a warning or above \
             that nothing covers; covered, those that a waiver or the baseline covers. The rules judged all records of \
             the commit. \"Supports\" names what a rule is evidence for; it does not say that it is fulfilled.",
        ),
        table(
            "Every rule that ran, and what kept one from running",
            &heads,
            report.rules.iter().map(row).collect(),
            "",
        ),
    ];
    section("section id=\"rules\"", "Results per rule", Html::all(inner))
}

/// Findings as a table.
pub(super) fn findings(caption: &'static str, list: &[FindingLine], none: &'static str) -> Html {
    let row = |line: &FindingLine| {
        let level = Html::text(&line.level);
        let level = if line.state.as_str() == "open" && line.level.as_str() == "error" {
            Html::tag("span class=\"gap\"", level)
        } else {
            level
        };
        vec![
            level,
            Html::text(&line.rule),
            Html::some(line.record.as_ref()),
            Html::or_dash(&line.field),
            Html::text(&line.message),
            Html::text(&line.state),
            Html::tag("code", Html::text(&line.place)),
        ]
    };
    let heads = ["Level", "Rule", "Record", "Field", "What is the case", "What became of it", "Where"];
    table(caption, &heads, list.iter().map(row).collect(), none)
}

fn elsewhere(report: &Report) -> Html {
    let beyond = match report.beyond {
        0 => "There is no finding about an incident outside the period.".to_owned(),
        1 => "1 more finding is about an incident outside the period; it is in result.json.".to_owned(),
        n => format!("{n} more findings are about incidents outside the period; they are in result.json."),
    };
    let inner = [
        p(Html::text(beyond)),
        findings("Findings about registers, the configuration and the run", &report.elsewhere, "There is none."),
    ];
    section("section id=\"elsewhere\"", "Findings about no single incident", Html::all(inner))
}

fn exceptions(part: &Exceptions) -> Html {
    let waiver = |line: &WaiverLine| {
        vec![
            Html::or_dash(&line.rule),
            Html::or_dash(&line.about),
            Html::or_dash(&line.reason),
            Html::or_dash(&line.approver),
            Html::some(line.expires),
            Html::tag("code", Html::text(&line.place)),
        ]
    };
    let heads = ["Rule", "About", "Reason", "Approved by", "Last day", "Where"];
    let inner = [
        says(
            "Exceptions of the whole commit, not of the period alone. What is covered or explained fails no run and stays listed.",
        ),
        table(
            "Waivers as they are stated, whether they hold or not",
            &heads,
            part.waivers.iter().map(waiver).collect(),
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
    section("section id=\"exceptions\"", "Exceptions", Html::all(inner))
}

fn paper(part: &Paper) -> Html {
    let changes = |list: &[ChangeLine]| {
        list.iter()
            .map(|line| {
                vec![
                    Html::text(&line.incident),
                    Html::text(&line.by),
                    Html::text(&line.target),
                    incident::answered(line),
                ]
            })
            .collect()
    };
    let lessons =
        part.lessons.iter().map(|(id, lesson, outcome)| vec![Html::text(id), Html::text(lesson), Html::text(outcome)]);
    let heads = ["Incident", "Claimed by", "What is claimed to have changed", "What git shows"];
    let inner = [
        says("Claims of the incidents of the period that stand in a record and not in what changed."),
        table("Claims that git does not bear out", &heads, changes(&part.unproven), "There is none."),
        table("Claims that could not be compared", &heads, changes(&part.unknown), "There is none."),
        table("Changes that are stated outside git", &heads, changes(&part.outside), "There is none."),
        table(
            "Lessons that are closed without a change that git shows",
            &["Incident", "Lesson", "What became of it"],
            lessons.collect(),
            "There is none.",
        ),
    ];
    section("section id=\"paper\"", "On paper only", Html::all(inner))
}

fn untested(report: &Report) -> Html {
    let row = |limit: &crate::report::Limit| vec![Html::text(&limit.what), Html::text(&limit.why)];
    let inner = table(
        "Not run, switched off, or beyond what git can show",
        &["What", "Why"],
        report.not_tested.iter().map(row).collect(),
        "",
    );
    section("section id=\"untested\"", "What was not tested", inner)
}

fn again(about: &Provenance) -> Html {
    let inner = [
        says("Have closeloop of the version above and a full clone of the repository. From the root of the clone:"),
        Html::tag("pre", Html::text(&about.command)),
        says(
            "The files are the same, byte for byte. To compare a pack with a repository, and to see whether a file was changed since:",
        ),
        Html::tag("pre", Html::text("closeloop verify PACK --repo CLONE\nsha256sum -c MANIFEST.sha256")),
        says(
            "The second line compares the files of the pack with their list only; who changes a file can change the list as well.",
        ),
    ];
    section("section id=\"again\"", "How to reproduce and verify", Html::all(inner))
}

fn glossary() -> Html {
    const WORDS: [(&str, &str); 10] = [
        ("As-of date", "The day on which everything is judged."),
        ("Baseline", "What stood when closeloop was adopted: shown, and fails no run."),
        ("Claim", "An entry in a record that says that something was changed."),
        ("Class", "minor, moderate, significant or major; each severity word maps to one."),
        ("Finding", "What a rule reports: an error, a warning or a note."),
        ("Landing", "The moment at which the main line got a change."),
        ("Main line", "The first-parent history up to the commit."),
        ("Register", "A list that records refer to: risks, policies, controls, people."),
        ("Tombstone", "A record that is void and keeps its id, with the reason."),
        ("Waiver", "Somebody answers for a finding, with a reason, until a day."),
    ];
    let word = |(word, means): (&'static str, &'static str)| {
        Html::all([Html::tag("dt", Html::text(word)), Html::tag("dd", Html::text(means))])
    };
    section("section id=\"words\"", "Glossary", Html::tag("dl", Html::all(WORDS.map(word))))
}
