//! The native record format: one mapping becomes one incident.

use super::fact::{Fact, Located};
use super::fields::{Fields, encrypted, encrypted_list, explanation};
use super::reading::{ProblemKind, Reading};
use super::*;
use crate::document::{Node, Value};
use crate::source::{Place, SourceId};
use std::cell::RefCell;

/// Reads one record.
///
/// `data` is the mapping of its facts. A value of the wrong type costs its own field and leaves a problem.
pub fn read_incident(reading: &Reading<'_>, source: SourceId, data: &Node) -> Incident {
    let problems = RefCell::new(Vec::new());
    let empty = crate::document::Map::default();
    let map = data.map().unwrap_or(&empty);
    let home = home(source, data);
    let fields = Fields::top(reading, source, map, home, &problems);
    let mut incident = incident(&fields);
    fields.report_unknown();
    incident.problems = problems.into_inner();
    incident
}

/// The record's id, else its first key, else the file.
fn home(source: SourceId, data: &Node) -> Place {
    let Some(map) = data.map() else { return Place::File(source) };
    let id = map.entry("id").map(|entry| match entry.value.value {
        Value::Empty => entry.key_span,
        _ => entry.value.span,
    });
    id.or_else(|| map.entries.first().map(|entry| entry.key_span))
        .map_or(Place::File(source), |span| Place::new(source, span))
}

fn incident(fields: &Fields<'_>) -> Incident {
    let (cost_hours, cost_amount, cost_currency) = fields
        .strict_mapping("cost", |cost, _| (cost.number("hours"), cost.number("amount"), cost.plain_text("currency")));
    let (affected_persons, systems) = affected(fields);
    let severity = severity(fields);
    Incident {
        source: fields.source,
        home: fields.home,
        id: fields.plain_text("id"),
        title: fields.plain_text("title"),
        status: fields.word("status", ProblemKind::Unreadable),
        severity,
        severity_decision: severity_decision(fields),
        severity_history: fields.items("severity_history", explanation),
        category: fields.plain_text("category"),
        near_miss: fields.boolean("near_miss"),
        origin: fields.word("origin", ProblemKind::Unreadable),
        part_of: fields.plain_text("part_of"),
        occurred: fields.date("occurred"),
        detected: fields.date("detected"),
        contained: fields.date("contained"),
        recovered: fields.date("recovered"),
        closed: fields.date("closed"),
        lead: fields.plain_text("lead"),
        responders: fields.list("responders"),
        assets: fields.list("assets"),
        cost_hours,
        cost_amount,
        cost_currency,
        affected_persons,
        causes: fields.list("causes"),
        cause: fields.plain_text("cause"),
        factors: factors(fields),
        worked_well: fields.list("worked_well"),
        effectiveness: fields.word("effectiveness", ProblemKind::Unreadable),
        recurrence: recurrence(fields),
        elsewhere: elsewhere(fields),
        reviews: fields.items("reviews", review),
        lessons: fields.items("lessons", lesson),
        no_lessons: fields.explanation("no_lessons"),
        actions: fields.items("actions", action),
        links: links(fields),
        decisions: decisions(fields),
        amendments: fields.items("amendments", explanation),
        recorded_late: fields.items("recorded_late", explanation),
        dismissed: fields.explanation("dismissed"),
        retired: fields.explanation("retired"),
        reopened: fields.items("reopened", explanation),
        alike_only: fields.plain_text("alike_only"),
        signatures: signatures(fields),
        extras: extras(fields, systems),
        body: None,
        statements: Vec::new(),
        problems: Vec::new(),
    }
}

/// `affected: { persons, systems }`; a bare list names systems.
fn affected(fields: &Fields<'_>) -> (Fact<f64>, List) {
    if fields.entry("affected").is_some_and(|entry| entry.value.list().is_some()) {
        return (Fact::Absent { place: fields.home }, fields.list("affected"));
    }
    fields.strict_mapping("affected", |affected, _| (affected.number("persons"), affected.list("systems")))
}

fn extras(fields: &Fields<'_>, systems: List) -> Extras {
    // What SOPS writes beside the values that it encrypts.
    fields.entry("sops");
    let (public_summary, public_summary_approved) = fields
        .strict_mapping("public_summary", |summary, _| (summary.plain_text("text"), summary.plain_text("approved_by")));
    Extras {
        detected_by: fields.plain_text("detected_by"),
        method: fields.plain_text("method"),
        retain_until: fields.date("retain_until"),
        systems,
        public_summary,
        public_summary_approved,
    }
}

/// Who stands behind facts that are kept for people alone.
fn signatures(fields: &Fields<'_>) -> Vec<Signature> {
    let keys =
        [("severity_decision", "by"), ("elsewhere", "by"), ("public_summary", "approved_by"), ("reopened", "by")];
    let mut signatures = Vec::new();
    for (key, inner) in keys {
        let Some(entry) = fields.entry(key) else { continue };
        let maps = match entry.value.list() {
            Some(items) => items.iter().enumerate().map(|(n, item)| (format!("{key}.{n}"), item)).collect(),
            None => vec![(key.to_owned(), &entry.value)],
        };
        let names = maps.into_iter().filter_map(|(path, node)| Some((path, node.map()?.get(inner)?)));
        signatures.extend(names.filter_map(|(path, node)| {
            let name = Located { value: node.text()?.into(), place: fields.place(node.span) };
            Some(Signature { field: format!("{path}.{inner}"), name })
        }));
    }
    signatures
}

fn severity(fields: &Fields<'_>) -> Fact<Severity> {
    fields.plain_text("severity").map(|word| Severity { class: fields.reading.severity.class(&word), word })
}

/// `severity_decision: { on, by, criteria }`; the criteria are its reason.
fn severity_decision(fields: &Fields<'_>) -> Option<Box<Explanation>> {
    fields.entry("severity_decision")?;
    fields.strict_mapping("severity_decision", |decision, stated| {
        let criteria = decision.plain_text("criteria");
        let explained = explanation(decision);
        let why = if criteria.is_missing() { explained.why } else { criteria };
        stated.then(|| Box::new(Explanation { why, ..explained }))
    })
}

fn factors(fields: &Fields<'_>) -> Factors {
    fields.strict_mapping("factors", |factors, _| Factors {
        place: factors.home,
        controls: factors.text("controls"),
        detection: factors.text("detection"),
        response: factors.text("response"),
        failed_controls: factors.list("failed_controls"),
    })
}

/// A mapping `{ likely, why }`, or one word or sentence.
fn recurrence(fields: &Fields<'_>) -> Recurrence {
    let entry = fields.entry("recurrence");
    if let Some(entry) = entry
        && let Value::Scalar(scalar) = &entry.value.value
    {
        let place = fields.place(entry.value.span);
        let absent = Fact::Absent { place };
        let stated = !super::fields::is_blank(&scalar.text);
        let why = encrypted(&scalar.text, place).unwrap_or_else(|| Fact::stated(scalar.text.clone(), place));
        return Recurrence { place, stated, likely: absent, why };
    }
    fields.strict_mapping("recurrence", |recurrence, stated| Recurrence {
        place: recurrence.home,
        stated: stated && (recurrence.has("likely") || recurrence.has("why")),
        likely: recurrence.boolean("likely"),
        why: recurrence.plain_text("why"),
    })
}

/// Whether the same weakness was looked for in other places: a mapping, a sentence, or `none: reason`.
fn elsewhere(fields: &Fields<'_>) -> TextFact {
    let Some(entry) = fields.entry("elsewhere") else { return Fact::Absent { place: fields.home } };
    if entry.value.map().is_none_or(|map| map.get("none").is_some()) {
        return fields.text("elsewhere");
    }
    let place = fields.place(entry.value.span);
    fields.mapping("elsewhere", |elsewhere, _| {
        let (checked, found) = (elsewhere.list("checked"), elsewhere.list("found"));
        elsewhere.plain_text("by");
        elsewhere.date("on");
        if checked.is_encrypted() || found.is_encrypted() {
            return Fact::Wrong { raw: "".into(), place, why: Fault::Encrypted };
        }
        let names: Vec<&str> = checked.items().iter().chain(found.items()).map(|item| item.as_str()).collect();
        match names.join(", ") {
            nothing if nothing.is_empty() => Fact::Empty { place: elsewhere.home },
            names => Fact::stated(names.into(), place),
        }
    })
}

fn review(fields: &Fields<'_>) -> Review {
    fields.plain_text("id");
    fields.list("incidents");
    Review {
        field: fields.path("").trim_end_matches('.').to_owned(),
        home: fields.home,
        kind: fields.word("kind", ProblemKind::Unreadable),
        date: fields.date("date"),
        facilitator: fields.plain_text("facilitator"),
        participants: participants(fields),
        absent: absent(fields),
        management: management(fields),
        output: fields.text("output"),
        late: fields.explanation("late"),
    }
}

fn participants(fields: &Fields<'_>) -> Fact<Vec<Participant>> {
    let Some(entry) = fields.entry("participants") else { return Fact::Absent { place: fields.home } };
    let place = fields.place(entry.value.span);
    match &entry.value.value {
        Value::Empty => Fact::Empty { place: fields.place(entry.key_span) },
        Value::List(nodes) => encrypted_list(nodes, place).unwrap_or_else(|| {
            let people = nodes.iter().enumerate().filter_map(|(index, node)| participant(fields, index, node));
            Fact::stated(people.collect(), place)
        }),
        _ => fields.list("participants").map(|names| {
            names.into_iter().map(|n| Participant { name: n.value, stands_for: None, place: n.place }).collect()
        }),
    }
}

fn participant(fields: &Fields<'_>, index: usize, node: &Node) -> Option<Participant> {
    let name = fields.name("participants", index, node, &["name", "id"])?;
    let map = node.map();
    let named = map.and_then(|map| map.get("name").or_else(|| map.get("id")));
    let stands_for = map.and_then(|map| map.get("for")?.text()).map(Into::into);
    Some(Participant { name: name.into(), stands_for, place: fields.place(named.unwrap_or(node).span) })
}

/// `absent: { eva: leave }`: names with reasons. A bare list names people without a reason.
fn absent(fields: &Fields<'_>) -> Vec<Absence> {
    let Some(entry) = fields.entry("absent") else { return Vec::new() };
    if let Some(map) = entry.value.map() {
        return map.entries.iter().map(|entry| excused(fields, entry)).collect();
    }
    let unexplained = |name: &Located| Absence { name: name.clone(), reason: Fact::Absent { place: name.place } };
    fields.list("absent").items().iter().map(unexplained).collect()
}

fn excused(fields: &Fields<'_>, entry: &crate::document::Entry) -> Absence {
    let name = Located { value: entry.key.clone(), place: fields.place(entry.key_span) };
    let reason = entry.value.text().or_else(|| entry.value.map()?.get("reason")?.text());
    let place = fields.place(entry.value.span);
    let reason = reason.map_or(Fact::Empty { place: name.place }, |text| Fact::stated(text.into(), place));
    Absence { name, reason }
}

/// `management: { informed, on }`, or the name of who was informed.
fn management(fields: &Fields<'_>) -> Notice {
    let entry = fields.entry("management");
    if let Some(entry) = entry
        && let Some(name) = entry.value.text()
    {
        let place = fields.place(entry.value.span);
        let informed = encrypted(name, place).unwrap_or_else(|| Fact::stated(name.into(), place));
        return Notice { place, informed, on: Fact::Absent { place } };
    }
    fields.strict_mapping("management", |notice, _| Notice {
        place: notice.home,
        informed: notice.plain_text("informed"),
        on: notice.date("on"),
    })
}

fn lesson(fields: &Fields<'_>) -> Lesson {
    let (reason, why) = (fields.plain_text("reason"), fields.plain_text("why"));
    Lesson {
        field: fields.path("").trim_end_matches('.').to_owned(),
        home: fields.home,
        id: fields.plain_text("id"),
        kind: fields.word("kind", ProblemKind::UnknownWord),
        reason: if reason.is_missing() && !why.is_missing() { why } else { reason },
        text: fields.plain_text("text"),
        addressed_by: fields.list("addressed_by"),
        accepted: acceptance(fields),
    }
}

fn acceptance(fields: &Fields<'_>) -> Option<Acceptance> {
    fields.entry("accepted")?;
    fields.strict_mapping("accepted", |accepted, stated| {
        let why = accepted.plain_text("why");
        let reason = accepted.plain_text("reason");
        stated.then_some(Acceptance {
            place: accepted.home,
            by: accepted.plain_text("by"),
            reason: if reason.is_missing() { why } else { reason },
            risk: accepted.plain_text("risk"),
            until: accepted.date("until"),
        })
    })
}

fn action(fields: &Fields<'_>) -> Action {
    Action {
        field: fields.path("").trim_end_matches('.').to_owned(),
        home: fields.home,
        id: fields.plain_text("id"),
        lessons: fields.list("lessons"),
        text: fields.plain_text("text"),
        kind: fields.word("kind", ProblemKind::Unreadable),
        measure: fields.plain_text("measure"),
        owner: fields.plain_text("owner"),
        due: fields.loose_date("due"),
        due_history: fields.items("due_history", explanation),
        milestones: milestones(fields),
        status: fields.word("status", ProblemKind::Unreadable),
        completed: fields.date("completed"),
        changes: changes(fields),
        evidence: fields.list("evidence"),
        effectiveness: check(fields),
        declined: declined(fields),
        form_reason: fields.explanation("form_reason"),
    }
}

fn milestones(fields: &Fields<'_>) -> List {
    let steps = fields.items("milestones", |step| {
        step.loose_date("due");
        Located { value: step.plain_text("text").text().unwrap_or_default().into(), place: step.home }
    });
    match steps {
        Fact::Wrong { .. } => fields.list("milestones"),
        steps => steps,
    }
}

/// `declined: { why, by }`, or `reason` and `approver` beside the state.
fn declined(fields: &Fields<'_>) -> Option<Box<Explanation>> {
    let (reason, approver) = (fields.plain_text("reason"), fields.plain_text("approver"));
    if let Some(explained) = fields.explanation("declined") {
        return Some(explained);
    }
    if reason.is_missing() && approver.is_missing() {
        return None;
    }
    let place = reason.place();
    let absent = || Fact::Absent { place };
    let (fields, on) = (Fact::Absent { place }, Fact::Absent { place });
    Some(Box::new(Explanation { place, fields, why: reason, by: approver, on, from: absent(), to: absent() }))
}

fn changes(fields: &Fields<'_>) -> Fact<Vec<Change>> {
    let Some(entry) = fields.entry("changes") else { return Fact::Absent { place: fields.home } };
    let place = fields.place(entry.value.span);
    match &entry.value.value {
        Value::Empty => Fact::Empty { place: fields.place(entry.key_span) },
        Value::List(nodes) => encrypted_list(nodes, place).unwrap_or_else(|| {
            let changes = nodes.iter().enumerate().filter_map(|(index, node)| change(fields, index, node));
            Fact::stated(changes.collect(), place)
        }),
        Value::Map(map) if map.get("none").is_none() => {
            Fact::stated(change(fields, 0, &entry.value).into_iter().collect(), place)
        }
        _ => fields.list("changes").map(|names| names.into_iter().map(Change::Target).collect()),
    }
}

/// A target, or `{ outside: "…", seen_by, on }`.
fn change<'a>(fields: &Fields<'a>, index: usize, node: &'a Node) -> Option<Change> {
    let place = fields.place(node.span);
    let outside = node.map().is_some_and(|map| map.get("outside").is_some());
    if !outside && let Some(target) = fields.name("changes", index, node, &["text", "id", "name", "path"]) {
        return Some(Change::Target(Located { value: target.into(), place }));
    }
    outside.then(|| {
        fields.item("changes", index, node, &|change| Change::Outside {
            what: change.plain_text("outside"),
            seen_by: change.plain_text("seen_by"),
            on: change.date("on"),
            place,
        })
    })?
}

fn check(fields: &Fields<'_>) -> Check {
    fields.strict_mapping("effectiveness", |check, stated| Check {
        place: check.home,
        stated,
        due: check.loose_date("due"),
        checked: check.date("checked"),
        by: check.plain_text("by"),
        result: check.word("result", ProblemKind::Unreadable),
        how: check.plain_text("how"),
    })
}

fn links(fields: &Fields<'_>) -> Links {
    fields.strict_mapping("links", |links, _| Links {
        place: links.home,
        risks: links.list("risks"),
        policies: links.list("policies"),
        controls: links.list("controls"),
        training: links.list("training"),
        management_reviews: links.list("management_reviews"),
    })
}

fn decisions(fields: &Fields<'_>) -> Decisions {
    let read = |decisions: &Fields<'_>, key: &'static str| {
        decisions.strict_mapping(key, |decision, _| {
            let why = decision.plain_text("why");
            let no_change = decision.plain_text("no_change");
            let stated_no = no_change.text().is_some_and(|text| text == "true");
            Decision {
                place: decision.home,
                changed: decision.list("changed"),
                no_change: if stated_no { why } else { no_change },
                by: decision.plain_text("by"),
            }
        })
    };
    fields.strict_mapping("decisions", |decisions, _| Decisions {
        place: decisions.home,
        policy: read(decisions, "policy"),
        control: read(decisions, "control"),
        awareness: read(decisions, "awareness"),
        risk: read(decisions, "risk"),
    })
}
