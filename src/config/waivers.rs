//! Reading `closeloop-waivers.toml`. A file that is no list of waivers cannot be used; a value that is wrong or missing
//! is kept as what it is, for `invalid-waiver` to speak of.

use super::load::{ConfigProblem, parse};
use crate::document::{self, Map, Node, Syntax, Value};
use crate::record::{Fact, Fault, Site, TextFact, Waiver};
use crate::source::{Place, Source, SourceId, Span};
use crate::time::{Calendar, NoDate, When};
use schemars::JsonSchema;
use serde::Deserialize;

/// The name of the file, which lies in the folder of the configuration.
pub const WAIVERS_NAME: &str = "closeloop-waivers.toml";

/// `closeloop-waivers.toml`: findings that somebody answers for, each until a day.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WaiverFile {
    /// The waivers.
    pub waiver: Vec<WaiverTable>,
}

/// One waiver.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverTable {
    /// The rule whose findings it covers, as `overdue-action`.
    #[schemars(with = "String", required)]
    pub rule: Option<toml::Value>,
    /// The id of the record, or the path of a file that holds no record.
    #[schemars(with = "String", required)]
    pub record: Option<toml::Value>,
    /// The dotted path of the field, as `actions.A1`, with all below it; without it the whole record.
    #[schemars(with = "Option<String>")]
    pub field: Option<toml::Value>,
    /// Why the finding may stand.
    #[schemars(with = "String", required)]
    pub reason: Option<toml::Value>,
    /// Who approved it: somebody else than the owner of what it covers.
    #[schemars(with = "String", required)]
    pub approver: Option<toml::Value>,
    /// The day from which its length counts; without it the day on which it is judged.
    #[schemars(with = "Option<String>")]
    pub created: Option<toml::Value>,
    /// Its last day.
    #[schemars(with = "String", required)]
    pub expires: Option<toml::Value>,
}

/// The waivers of a file.
///
/// # Errors
/// It is no TOML, holds a key that is not known, or no list of tables: each with its place.
pub fn read_waivers(id: SourceId, source: &Source, calendar: &Calendar) -> Result<Vec<Waiver>, Vec<ConfigProblem>> {
    parse::<WaiverFile>(id, source, "waivers")?;
    let document = document::parse(source, Syntax::Toml);
    let list = document.data.as_ref().and_then(Node::map).and_then(|map| map.entry("waiver"));
    let items = list.and_then(|list| list.value.list()).unwrap_or_default();
    let read = |(number, node): (usize, &Node)| {
        let empty = Map::default();
        let map = node.map().unwrap_or(&empty);
        let first = map.entries.first().map_or(node.span, |entry| entry.key_span);
        waiver(&Table { id, map, home: Place::new(id, first), calendar }, number)
    };
    Ok(items.iter().enumerate().map(read).collect())
}

struct Table<'a> {
    id: SourceId,
    map: &'a Map,
    home: Place,
    calendar: &'a Calendar,
}

fn waiver(table: &Table<'_>, number: usize) -> Waiver {
    Waiver {
        home: table.home,
        site: Site::File(number),
        rule: table.text("rule"),
        record: table.text("record"),
        field: table.text("field"),
        reason: table.text("reason"),
        approver: table.text("approver"),
        created: table.day("created"),
        expires: table.day("expires"),
    }
}

impl Table<'_> {
    fn text(&self, key: &str) -> TextFact {
        self.fact(key, |text, place| match text.trim() {
            "" => Fact::Empty { place },
            text => Fact::stated(text.into(), place),
        })
    }

    fn day(&self, key: &str) -> Fact<When> {
        self.fact(key, |text, place| day(text, place, self.calendar))
    }

    fn fact<T>(&self, key: &str, take: impl FnOnce(&str, Place) -> Fact<T>) -> Fact<T> {
        let Some(entry) = self.map.entry(key) else { return Fact::Absent { place: self.home } };
        let place = |span: Span| Place::new(self.id, span);
        match &entry.value.value {
            Value::Scalar(scalar) => take(&scalar.text, place(entry.value.span)),
            Value::Empty => Fact::Empty { place: place(entry.key_span) },
            _ => Fact::Wrong { raw: "".into(), place: place(entry.value.span), why: Fault::Shape },
        }
    }
}

/// A day, or why it is none.
pub fn day(text: &str, place: Place, calendar: &Calendar) -> Fact<When> {
    let wrong = |why| Fact::Wrong { raw: text.into(), place, why };
    match calendar.read(text) {
        _ if text.trim().is_empty() => Fact::Empty { place },
        Ok(when) => Fact::stated(when, place),
        Err(NoDate::Impossible) => wrong(Fault::ImpossibleDate),
        Err(NoDate::Words) => wrong(Fault::NotADate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RepoPath;

    fn source(text: &str) -> Source {
        Source::from_text(RepoPath::new(WAIVERS_NAME), text)
    }

    fn read(text: &str) -> Result<Vec<Waiver>, Vec<ConfigProblem>> {
        read_waivers(SourceId(0), &source(text), &Calendar::default())
    }

    #[test]
    fn a_wrong_value_is_kept_and_a_wrong_file_is_refused() {
        let text = "[[waiver]]\nrule = 'late-review'\nrecord = ['a']\nexpires = 2026-13-99\n";
        assert!(read(text).is_err(), "no TOML: that is no day");
        let text = "[[waiver]]\nrule = 'late-review'\nrecord = ['a']\nexpires = 'soon'\ncreated = 2026-03-01\n";
        let waivers = read(text).unwrap();
        assert_eq!(waivers[0].rule.text(), Some("late-review"));
        assert!(matches!(waivers[0].record, Fact::Wrong { why: Fault::Shape, .. }));
        assert!(matches!(waivers[0].expires, Fact::Wrong { why: Fault::NotADate, .. }));
        assert_eq!(source(text).slice(waivers[0].created.place().span()), "2026-03-01");
        assert_eq!(
            source(text).slice(waivers[0].reason.place().span()),
            "rule",
            "what is missing stands at the first key"
        );
        for wrong in
            ["waiver = 5\n", "[waiver]\nrule = 'x'\n", "[[waivers]]\n", "[[waiver]]\nrules = 'x'\n", "waiver = ['x']\n"]
        {
            let problems = read(wrong).unwrap_err();
            assert!(problems[0].place.is_some(), "{wrong}: {problems:?}");
        }
        let problems = read("[[waiver]]\nexpire = 2026-03-01\n").unwrap_err();
        assert_eq!(problems[0].message, "`expire` is not a key that closeloop-waivers.toml knows here");
        assert_eq!(problems[0].help, "Did you mean `expires`?");
        assert_eq!(read("").unwrap(), []);
    }
}
