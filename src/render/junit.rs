//! A JUnit report, for Jenkins and every platform that shows tests.
//!
//! A suite for the rules, with a case each, and a suite for each record that has findings. What is below the level that
//! fails the run is told in the output of its case: a build must not fail in one place and pass in another.

use super::summary::{self, count};
use crate::config::Level;
use crate::text::Text;
use crate::verdict::{Judged, Problem, RuleResult, RuleState, Verdict};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::io;

/// The report, with a line end.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn render(verdict: &Verdict) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = suites(verdict);
    xml.create_element("testsuites")
        .with_attribute(("name", "closeloop"))
        .write_inner_content(|xml| suites.iter().try_for_each(|suite| suite.write(xml)))?;
    String::from_utf8(xml.into_inner()).map(|text| text + "\n").map_err(io::Error::other)
}

fn suites(verdict: &Verdict) -> Vec<Suite> {
    let mut suites = Vec::new();
    if !verdict.problems.is_empty() {
        suites.push(Suite { name: "could not check".into(), cases: verdict.problems.iter().map(problem).collect() });
    }
    let mut found: BTreeMap<&str, BTreeMap<&str, Vec<&Judged>>> = BTreeMap::new();
    let shown = |one: &&Judged| one.is_new != Some(false) && (one.level > Level::Note || one.fails(verdict.fail_on));
    for finding in verdict.findings.iter().filter(shown) {
        let record = finding.record.as_ref().map_or("", |record| record.as_str());
        found.entry(record).or_default().entry(&finding.rule).or_default().push(finding);
    }
    let general = found.remove("").unwrap_or_default();
    let rules = verdict.rules.iter().map(|rule| match general.get(rule.id.as_str()) {
        Some(findings) => case(&rule.id, findings, verdict.fail_on),
        None => Case { name: Text::new(&rule.id), outcome: outcome(rule) },
    });
    let rules = Suite { name: "rules".into(), cases: rules.collect() };
    suites.extend((!rules.cases.is_empty()).then_some(rules));
    suites.extend(found.iter().map(|(record, rules)| Suite {
        name: Text::new(record),
        cases: rules.iter().map(|(rule, findings)| case(rule, findings, verdict.fail_on)).collect(),
    }));
    suites
}

/// How a rule went, apart from what it found in records: that stands in their suites, and is only counted here.
fn outcome(rule: &RuleResult) -> Outcome {
    let reason = rule.reason.clone().unwrap_or_else(|| "not run".into());
    if rule.state == RuleState::NotRun {
        return Outcome::Skipped(reason);
    }
    if rule.tested == 0 && rule.failed == 0 {
        return Outcome::Skipped("there was nothing to look at".into());
    }
    let found = (rule.failed > 0).then(|| format!("found in {}", count(rule.failed as usize, "place")));
    let not_run = rule.reason.as_ref().map(|_| format!("not run in part: {reason}"));
    Outcome::Passed(found.into_iter().chain(not_run).collect::<Vec<_>>().join("\n"))
}

fn problem(problem: &Problem) -> Case {
    let at = problem.path.as_ref().map(|path| format!("{}: ", summary::spot(path, problem.start)));
    let text = format!("{}{}\n{}", at.unwrap_or_default(), problem.message, problem.help);
    Case { name: "could-not-check".into(), outcome: Outcome::Error(problem.message.clone(), text) }
}

fn case(rule: &str, findings: &[&Judged], fail_on: Level) -> Case {
    let text: Vec<String> = findings.iter().copied().map(told).collect();
    let failing = findings.iter().find(|finding| finding.fails(fail_on));
    let outcome = match failing {
        Some(first) => Outcome::Failure(first.message.clone(), text.join("\n")),
        None => Outcome::Passed(text.join("\n")),
    };
    Case { name: Text::new(rule), outcome }
}

fn told(finding: &Judged) -> String {
    let cover = finding.cover.as_ref().map(summary::cover).map_or(String::new(), |cover| format!(" ({cover})"));
    format!("{}: {}{cover}\n{}\n{}", summary::location(finding), finding.message, finding.why, finding.help)
}

/// What belongs together: one record, or the run.
struct Suite {
    name: Text,
    cases: Vec<Case>,
}

/// One rule in a suite.
struct Case {
    name: Text,
    outcome: Outcome,
}

/// How a case ended; texts name places and say what to do.
enum Outcome {
    /// Passed, perhaps with something to tell.
    Passed(String),
    /// Did not run, and why.
    Skipped(Text),
    /// Found something that fails the run.
    Failure(Text, String),
    /// Could not be checked.
    Error(Text, String),
}

impl Suite {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let count = |is: fn(&Outcome) -> bool| self.cases.iter().filter(|case| is(&case.outcome)).count().to_string();
        let failures = count(|outcome| matches!(outcome, Outcome::Failure(..)));
        let errors = count(|outcome| matches!(outcome, Outcome::Error(..)));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let tests = self.cases.len().to_string();
        let element = xml.create_element("testsuite").with_attributes([
            ("name", self.name.as_str()),
            ("tests", tests.as_str()),
            ("failures", failures.as_str()),
            ("errors", errors.as_str()),
            ("skipped", skipped.as_str()),
        ]);
        element.write_inner_content(|xml| self.cases.iter().try_for_each(|case| case.write(xml, &self.name)))?;
        Ok(())
    }
}

impl Case {
    fn write(&self, xml: &mut Writer<Vec<u8>>, suite: &Text) -> io::Result<()> {
        let element = xml
            .create_element("testcase")
            .with_attributes([("name", self.name.as_str()), ("classname", suite.as_str())]);
        match &self.outcome {
            Outcome::Passed(text) if text.is_empty() => element.write_empty()?,
            Outcome::Passed(text) => element.write_inner_content(|xml| {
                xml.create_element("system-out").write_text_content(BytesText::new(text)).map(|_| ())
            })?,
            Outcome::Skipped(reason) => element.write_inner_content(|xml| told_as(xml, "skipped", reason, ""))?,
            Outcome::Failure(title, text) => element.write_inner_content(|xml| told_as(xml, "failure", title, text))?,
            Outcome::Error(title, text) => element.write_inner_content(|xml| told_as(xml, "error", title, text))?,
        };
        Ok(())
    }
}

fn told_as(xml: &mut Writer<Vec<u8>>, name: &str, message: &Text, text: &str) -> io::Result<()> {
    xml.create_element(name)
        .with_attribute(("message", message.as_str()))
        .write_text_content(BytesText::new(text))
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cases: Vec<Case>) -> String {
        let mut xml = Writer::new(Vec::new());
        Suite { name: "INC-2026-0001".into(), cases }.write(&mut xml).expect("memory");
        String::from_utf8(xml.into_inner()).expect("UTF-8")
    }

    #[test]
    fn a_case_counts_as_what_it_is_and_nothing_ends_its_element() {
        let hostile = "</failure><testcase name=\"x\"/>".to_owned();
        let xml = written(vec![
            Case { name: "a".into(), outcome: Outcome::Failure("\" & <b>".into(), hostile) },
            Case { name: "b".into(), outcome: Outcome::Error("e".into(), String::new()) },
            Case { name: "c".into(), outcome: Outcome::Skipped("no register".into()) },
            Case { name: "d".into(), outcome: Outcome::Passed(String::new()) },
        ]);
        assert!(xml.contains(r#"tests="4" failures="1" errors="1" skipped="1""#), "{xml}");
        assert!(xml.contains(r#"message="&quot; &amp; &lt;b&gt;""#), "{xml}");
        assert!(xml.contains("&lt;/failure&gt;&lt;testcase"), "{xml}");
        assert_eq!(xml.matches("<testcase").count(), 4);
    }
}
