//! What was understood, record by record: each field, where it stands, how it was read; and what was not read.

use crate::config::Rulebook;
use crate::population::{Population, Said};
use crate::prose::Secrets;
use crate::record::register::{Register, RegisterKind, RegisterState};
use crate::record::{How, Incident, TextFact, Waiver};
use crate::source::Place;
use crate::text::{Text, calm, shorten};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

/// Everything that was understood.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Understood {
    /// The version of this format: `closeloop-show-1`.
    pub schema: String,
    /// Records, in the order of their files.
    pub records: Vec<Record>,
    /// Registers; left out where one record was asked for.
    pub registers: Vec<RegisterEntry>,
    /// Waivers as they are stated, whether they hold or not.
    pub waivers: Vec<WaiverEntry>,
    /// Files among the records that were left out, with the reason.
    pub left_out: Vec<FileEntry>,
    /// Files among the records that could not be read, with the reason.
    pub skipped: Vec<FileEntry>,
}

/// One record.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Record {
    /// The id.
    pub id: Option<String>,
    /// The file.
    pub path: String,
    /// The class that it is judged as.
    pub class: String,
    /// Its values.
    pub fields: Vec<Field>,
    /// What is wrong with it beyond single values.
    pub problems: Vec<Remark>,
}

/// One value.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Field {
    /// The dotted path.
    pub field: String,
    /// The file, which is another one where a table adds to the record.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// The value as it is written.
    pub value: String,
    /// How it was found.
    pub how: How,
    /// What it was read as; empty for a key that the format does not know.
    pub kind: String,
    /// What came out, where that is not the value itself.
    pub read: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// Something wrong at a place.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Remark {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
}

/// One register.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisterEntry {
    /// Its key in the configuration.
    pub name: String,
    /// read, broken or absent.
    pub state: String,
    /// How many rows it has.
    pub rows: usize,
    /// Its files.
    pub paths: Vec<String>,
    /// What could not be read.
    pub problems: Vec<Remark>,
}

/// One waiver.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaiverEntry {
    /// The rule.
    pub rule: Option<String>,
    /// The id of the record, or a path.
    pub record: Option<String>,
    /// The field; without one the whole record.
    pub field: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// Its last day.
    pub expires: Option<String>,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

/// A file with a reason.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileEntry {
    /// The file.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Gathers what was understood: of the record of an id, or of everything. `None` where there is no such record.
pub fn understood(population: &Population, book: &Rulebook, id: Option<&str>) -> Option<Understood> {
    let wanted = |incident: &&Incident| id.is_none_or(|id| incident.id() == Some(id));
    let incidents: Vec<&Incident> = population.incidents.iter().filter(wanted).collect();
    if id.is_some() && incidents.is_empty() {
        return None;
    }
    let records = incidents.par_iter().map(|incident| record(population, book, incident)).collect();
    let file = |path: &crate::source::RepoPath, reason: String| FileEntry { path: path.to_string(), reason };
    let everything = id.is_none();
    let mut registers: Vec<RegisterEntry> = Vec::new();
    if everything {
        let kinds = RegisterKind::ALL.into_iter().map(|kind| (kind.key().to_owned(), population.register(kind)));
        let exports = population.exports.iter().map(|(name, export)| (format!("exports.{name}"), export));
        registers.extend(kinds.chain(exports).map(|(name, one)| register(population, name, one)));
    }
    let about = |waiver: &&Waiver| id.is_none_or(|id| waiver.record.text() == Some(id));
    let waivers = population.waivers.iter().filter(about).map(|one| waiver(population, one)).collect();
    let left_out = population.left_out.iter().map(|left| file(&left.path, left.why.to_owned()));
    let skipped = population.skipped.iter().map(|skipped| file(&skipped.path, skipped.why.describe()));
    let mut understood = Understood {
        schema: "closeloop-show-1".to_owned(),
        records,
        registers,
        waivers,
        left_out: left_out.filter(|_| everything).collect(),
        skipped: skipped.filter(|_| everything).collect(),
    };
    conceal(&mut understood, &Secrets::new(&book.vocabulary));
    Some(understood)
}

/// Masks what is secret, of a value also where only its field says so.
fn conceal(understood: &mut Understood, secrets: &Secrets) {
    for field in understood.records.iter_mut().flat_map(|record| &mut record.fields) {
        let head = format!("{}: ", field.field);
        let mask = |text: &mut String| {
            let masked = secrets.masked(&format!("{head}{text}"));
            *text = masked.strip_prefix(&head).map_or_else(|| secrets.masked(text), ToOwned::to_owned);
        };
        mask(&mut field.value);
        field.read.iter_mut().chain(&mut field.problem).for_each(mask);
    }
    let waived = understood.waivers.iter_mut().flat_map(|waiver| [&mut waiver.reason, &mut waiver.approver]);
    let problems = understood.records.iter_mut().flat_map(|record| &mut record.problems);
    let messages = problems.map(|problem| &mut problem.message);
    waived.flatten().chain(messages).for_each(|text| *text = secrets.masked(text));
}

fn record(population: &Population, book: &Rulebook, incident: &Incident) -> Record {
    let said = population.said(book, incident);
    let shown: Vec<Place> = said.iter().map(|said| said.place).collect();
    let problems = incident.problems.iter().filter(|problem| !shown.contains(&problem.place));
    Record {
        id: incident.id().map(ToOwned::to_owned),
        path: population.path(incident.source).to_string(),
        class: incident.class().name().to_owned(),
        fields: said.into_iter().map(|said| field(population, said)).collect(),
        problems: problems.map(|problem| remark(population, problem.place, &problem.message)).collect(),
    }
}

fn field(population: &Population, said: Said) -> Field {
    let start = population.sources.start(said.place);
    Field {
        field: said.field,
        path: population.sources.path(said.place).to_string(),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        value: said.value,
        how: said.how,
        kind: said.kind.to_owned(),
        read: said.read,
        problem: said.problem,
    }
}

fn remark(population: &Population, place: Place, message: &str) -> Remark {
    let start = population.sources.start(place);
    Remark {
        path: population.sources.path(place).to_string(),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        message: message.to_owned(),
    }
}

fn register(population: &Population, name: String, register: &Register) -> RegisterEntry {
    let files = population.register_files(register);
    RegisterEntry {
        name,
        state: match register.state {
            RegisterState::Read => "read",
            RegisterState::Broken => "broken",
            RegisterState::Absent => "absent",
        }
        .to_owned(),
        rows: register.rows.len(),
        paths: files.into_iter().map(|source| population.path(source).to_string()).collect(),
        problems: register.problems.iter().map(|p| remark(population, p.place, &p.message)).collect(),
    }
}

fn waiver(population: &Population, waiver: &Waiver) -> WaiverEntry {
    let text = |fact: &TextFact| fact.text().map(ToOwned::to_owned);
    let start = population.sources.start(waiver.home);
    WaiverEntry {
        rule: text(&waiver.rule),
        record: text(&waiver.record),
        field: text(&waiver.field),
        reason: text(&waiver.reason),
        approver: text(&waiver.approver),
        expires: waiver.expires.value().map(ToString::to_string),
        path: population.sources.path(waiver.home).to_string(),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
    }
}

/// The same for people. No line begins with text of a record.
pub fn text(understood: &Understood) -> String {
    let mut out = String::new();
    for record in &understood.records {
        let id = record.id.as_deref().unwrap_or("(no id)");
        out.push_str(&format!("{} in {}, judged as {}\n", Text::new(id), Text::new(&record.path), record.class));
        let width = record.fields.iter().map(|field| field.field.chars().count()).max().unwrap_or(0).min(36);
        for field in &record.fields {
            out.push_str(&line(field, width, &record.path));
        }
        for problem in &record.problems {
            out.push_str(&format!(
                "  {} not read: {}\n",
                at(problem.line, problem.column),
                Text::new(&problem.message)
            ));
        }
        out.push('\n');
    }
    if !understood.waivers.is_empty() {
        out.push_str("Waivers\n");
        understood.waivers.iter().for_each(|waiver| out.push_str(&waiver_line(waiver)));
        out.push('\n');
    }
    files(&mut out, "Left out, as no record", &understood.left_out);
    files(&mut out, "Not read", &understood.skipped);
    if !understood.registers.is_empty() {
        out.push_str("Registers\n");
        understood.registers.iter().for_each(|register| out.push_str(&register_lines(register)));
    }
    calm(&out)
}

fn line(field: &Field, width: usize, path: &str) -> String {
    let name = Text::new(&field.field);
    let value = shorten(Text::new(&field.value).as_str(), 100);
    let read = match (&field.problem, &field.read, field.kind.as_str()) {
        (Some(problem), ..) => format!("not read: {problem}"),
        (None, Some(read), kind) if *read != field.value => format!("{kind} {read}"),
        (None, None, "day" | "class" | "word" | "yes or no" | "number") => format!("no {} that is known", field.kind),
        (None, _, "") => "not a field of the format".to_owned(),
        (None, _, kind) => kind.to_owned(),
    };
    let how = match field.how {
        How::Field => "",
        How::Column => ", in a table of the text",
        How::Heading => ", under a heading of the text",
        How::Phrase => ", in a sentence of the text",
    };
    let at = at(field.line, field.column);
    let file = if field.path == path { String::new() } else { format!(", in {}", Text::new(&field.path)) };
    let read = Text::from(read);
    format!("  {at} {:<width$}  {value}  ({read}{how}{file})\n", name.as_str())
}

fn at(line: Option<u32>, column: Option<u32>) -> String {
    let place = line.zip(column).map_or("-".to_owned(), |(line, column)| format!("{line}:{column}"));
    format!("{place:>7}")
}

fn files(out: &mut String, title: &str, entries: &[FileEntry]) {
    if entries.is_empty() {
        return;
    }
    out.push_str(&format!("{title}\n"));
    for entry in entries {
        out.push_str(&format!("  - {}: {}\n", Text::new(&entry.path), entry.reason));
    }
    out.push('\n');
}

fn waiver_line(waiver: &WaiverEntry) -> String {
    let said = |text: &Option<String>| {
        text.as_deref().map_or("?".to_owned(), |text| Text::new(shorten(text, 100)).to_string())
    };
    let field = waiver.field.as_ref().map_or(String::new(), |field| format!(", {}", Text::new(shorten(field, 60))));
    let (rule, record, until) = (said(&waiver.rule), said(&waiver.record), said(&waiver.expires));
    let (by, why) = (said(&waiver.approver), said(&waiver.reason));
    let (file, at) = (Text::new(&waiver.path), at(waiver.line, waiver.column));
    format!("  - {rule} of {record}{field}: until {until} by {by}: {why} ({file}:{})\n", at.trim())
}

fn register_lines(register: &RegisterEntry) -> String {
    let paths: Vec<String> = register.paths.iter().take(3).map(|name| Text::new(name).to_string()).collect();
    let more = register.paths.len().saturating_sub(3);
    let more = if more > 0 { format!(" and {more} more files") } else { String::new() };
    let from = if paths.is_empty() { String::new() } else { format!(" in {}{more}", paths.join(", ")) };
    let name = Text::new(&register.name);
    let mut lines = match register.state.as_str() {
        "absent" => format!("  - {name}: absent\n"),
        state => format!("  - {name}: {state}, {}{from}\n", super::summary::count(register.rows, "row")),
    };
    for problem in &register.problems {
        let (file, place) = (Text::new(&problem.path), at(problem.line, problem.column));
        lines.push_str(&format!("      {file}:{}: {}\n", place.trim(), Text::new(&problem.message)));
    }
    lines
}

/// The known id that is nearest to one that there is not.
pub fn nearest_id<'p>(population: &'p Population, id: &str) -> Option<&'p str> {
    let ids: Vec<&str> = population.incidents.iter().filter_map(Incident::id).collect();
    let folded = |one: &&&str| one.eq_ignore_ascii_case(id);
    ids.iter().find(folded).copied().or_else(|| crate::record::nearest(id, ids.iter().copied()))
}
