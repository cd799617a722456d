//! A timeline for a reader at a terminal: three lists in at most a hundred columns.

use super::super::summary::count;
use crate::git::Unwitnessed;
use crate::history::{Grade, LandingKind};
use crate::text::{calm, shorten};
use crate::time::days;
use crate::timeline::said::{did, grade, holds, label, seven, short, way};
use crate::timeline::{
    Answer, ClaimEntry, ClaimedTarget, DatedFact, FieldChange, FieldStep, Hunk, Piece, PieceKind, RecordEvent,
    RecordLanding, Seen, TargetKind, TargetLanding, Timeline,
};
use std::collections::BTreeMap;

/// The most columns of a line.
const WIDTH: usize = 100;

/// The whole timeline. No line begins with text of a record that a build log takes for a command.
pub fn text(timeline: &Timeline) -> String {
    let mut out = head(timeline);
    out.push_str(&facts(timeline));
    out.push_str(&landings(timeline));
    out.push_str(&targets(timeline));
    for note in &timeline.notes {
        out.push_str(&wrapped("Note: ", "  ", note.as_str()));
    }
    out.push_str(
        "\nWitness: W0 only the record states the day; W1 the date of a commit, which whoever commits can set;\n\
         W2 a merge that the forge made and signed.\n",
    );
    for (why, commits) in reasons(timeline) {
        out.push_str(&wrapped("", "  ", &format!("Not W2: {}{why}.", commits)));
    }
    calm(&out)
}

/// Why the landings of facts are not witnessed by a signature, each reason with its commits; where nothing was verified
/// that goes for all.
fn reasons(timeline: &Timeline) -> BTreeMap<&str, String> {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let seen = timeline.facts.iter().filter_map(|fact| fact.landed.as_ref()).filter(|seen| seen.grade == Grade::W1);
    for (seen, why) in seen.filter_map(|seen| Some((seen, seen.grade_reason.as_ref()?))) {
        let commits = reasons.entry(why.as_str()).or_default();
        if !commits.contains(&short(seen)) {
            commits.push(short(seen));
        }
    }
    let told = |(why, commits): (_, Vec<String>)| match why == Unwitnessed::NoKeys.reason() {
        true => (why, String::new()),
        false => (why, format!("{}: ", commits.join(", "))),
    };
    reasons.into_iter().map(told).collect()
}

fn head(timeline: &Timeline) -> String {
    let title = timeline.title.as_ref().map_or(String::new(), |title| format!("  {title}"));
    let mut out = wrapped("", "  ", &format!("{}{title}", timeline.id));
    let state = match (&timeline.class, &timeline.status) {
        _ if !timeline.present => "not in this tree any more; it stood last".to_owned(),
        (Some(class), Some(status)) => format!("{class}, {status};"),
        (Some(class), None) => format!("judged as {class};"),
        (None, _) => String::new(),
    };
    out.push_str(&wrapped("  ", "  ", &format!("{state} in {}", timeline.path)));
    let until = timeline.commit.as_deref().map_or(String::new(), |commit| format!(" up to {}", seven(commit)));
    let depth = count(timeline.depth as usize, "commit");
    out.push_str(&format!("  as of {}; {depth} of the main line{until}\n", timeline.as_of));
    out
}

/// Pads a text to a width, or shortens it.
fn cell(text: &str, width: usize) -> String {
    let text = shorten(text, width);
    let blanks = width.saturating_sub(text.chars().count());
    text + &" ".repeat(blanks)
}

/// A text in lines of at most a hundred columns; all but the first begin with an indent.
fn wrapped(first: &str, indent: &str, text: &str) -> String {
    let (mut out, mut column) = (String::from(first), first.chars().count());
    let mut is_fresh = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if !is_fresh && column + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(indent);
            (column, is_fresh) = (indent.chars().count(), true);
        }
        if !is_fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        (column, is_fresh) = (column + length, false);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn facts(timeline: &Timeline) -> String {
    if timeline.facts.is_empty() {
        return "\nNo dated fact is stated.\n".to_owned();
    }
    let labels: Vec<String> = timeline.facts.iter().map(|fact| label(fact.field.as_str())).collect();
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).clamp(8, 26);
    let mut out = String::from("\nDated facts: what is stated, and when the main line first had it\n\n");
    out.push_str(&format!("  stated      {}  on the main line    which is        witness\n", cell("fact", width)));
    for (fact, label) in timeline.facts.iter().zip(&labels) {
        out.push_str(&fact_lines(fact, label, width));
    }
    out
}

fn fact_lines(fact: &DatedFact, label: &str, width: usize) -> String {
    let stated = fact.stated.map_or("-         ".to_owned(), |day| day.to_string());
    let rest = match (&fact.landed, fact.stated) {
        (Some(seen), _) => format!(
            "{}  {}  {}  {}",
            cell(&format!("{} {}", seen.day, short(seen)), 18),
            cell(&distance(fact.days, seen), 14),
            grade(seen.grade),
            shorten(&who(seen), 24),
        ),
        (None, Some(_)) => "not followed: stated outside of the record's file".to_owned(),
        (None, None) => "not stated any more".to_owned(),
    };
    let mut out = format!("  {stated}  {}  {}\n", cell(label, width), rest.trim_end());
    if let Some(written) = &fact.written {
        let author = &written.author;
        let text = format!("written {} in {} by {author}, beside the main line", written.day, seven(&written.commit));
        out.push_str(&wrapped("              ", "              ", &text));
    }
    for step in &fact.changes {
        let change = match (&step.before, &step.after) {
            (Some(before), Some(after)) => format!("{before} became {after}"),
            (Some(before), None) => format!("{before} was taken out"),
            (None, Some(after)) => format!("{after} was stated"),
            (None, None) => continue,
        };
        let text = format!("{change}: {} {}, {}", step.landed.day, short(&step.landed), who(&step.landed));
        out.push_str(&wrapped("              ", "              ", &text));
    }
    out
}

/// How far the landing is from the stated day.
fn distance(distance: Option<i64>, seen: &Seen) -> String {
    match distance {
        _ if seen.how == LandingKind::Pending => String::new(),
        None => String::new(),
        Some(0) => "the same day".to_owned(),
        Some(count @ 1..) => format!("{} later", days(count)),
        Some(count) => format!("{} ahead", days(-count)),
    }
}

fn who(seen: &Seen) -> String {
    let author = seen.author.as_ref().map(|name| shorten(name.as_str(), 24)).unwrap_or_default();
    match way(seen.how) {
        "" => author,
        way if author.is_empty() => way.to_owned(),
        way => format!("{author}, {way}"),
    }
}

fn landings(timeline: &Timeline) -> String {
    if timeline.landings.is_empty() {
        return String::new();
    }
    let count = count(timeline.landings.len(), "landing");
    let mut out = format!("\nThe record on the main line: {count}\n\n");
    for landing in &timeline.landings {
        let seen = &landing.landed;
        let first = format!("  {} {}  ", seen.day, short(seen));
        out.push_str(&wrapped(&first, &" ".repeat(22), &event(landing)));
    }
    out
}

fn event(landing: &RecordLanding) -> String {
    let place = landing.path.as_ref();
    let event = match (landing.event, place) {
        (RecordEvent::Appeared, _) => "first version".to_owned(),
        (RecordEvent::Changed, _) => String::new(),
        (RecordEvent::Moved, Some(path)) => format!("moved to {path}"),
        (RecordEvent::Moved, None) => "moved".to_owned(),
        (RecordEvent::Removed, _) => "taken away".to_owned(),
        (RecordEvent::Returned, _) => "there again".to_owned(),
    };
    let size = landing.added.zip(landing.removed).map(|(added, removed)| size(added, removed));
    // What a first version states is in the list of facts; what an end takes away is all.
    let is_whole = matches!(landing.event, RecordEvent::Appeared | RecordEvent::Removed | RecordEvent::Returned);
    let steps = if is_whole { Vec::new() } else { steps(&landing.changes) };
    let none = (steps.is_empty() && landing.event == RecordEvent::Changed)
        .then(|| "in links, decisions or other text".to_owned());
    let by = landing.landed.committer.as_ref().map(|name| format!(", committed by {}", shorten(name.as_str(), 24)));
    let who = Some(who(&landing.landed) + &by.unwrap_or_default()).filter(|who| !who.is_empty());
    let head: Vec<String> = [who, Some(event).filter(|event| !event.is_empty()), size].into_iter().flatten().collect();
    let tail: Vec<String> = none.into_iter().chain(steps).collect();
    match tail.is_empty() {
        true => head.join("; "),
        false => format!("{}: {}", head.join("; "), tail.join("; ")),
    }
}

fn size(added: usize, removed: usize) -> String {
    match (added, removed) {
        (0, 0) => "no word".to_owned(),
        (added, 0) => format!("+{} ", count(added, "word")).trim_end().to_owned(),
        (0, removed) => format!("-{}", count(removed, "word")),
        (added, removed) => format!("+{added} -{removed} words"),
    }
}

/// What changed, with the name of each review, lesson and action once.
fn steps(changes: &[FieldStep]) -> Vec<String> {
    let mut told: Vec<(String, String)> = Vec::new();
    for change in changes {
        let (item, name) = item(change.field.as_str());
        let text = step(change, &name);
        match told.last_mut() {
            Some((last, texts)) if *last == item && !item.is_empty() => *texts = format!("{texts}, {text}"),
            _ => told.push((item, text)),
        }
    }
    let joined = |(item, text): (String, String)| if item.is_empty() { text } else { format!("{item} {text}") };
    told.into_iter().map(joined).collect()
}

/// The item that a dotted path leads into, and the name of the field in it.
fn item(field: &str) -> (String, String) {
    let parts: Vec<&str> = field.split('.').collect();
    match parts.as_slice() {
        ["reviews", kind, rest @ ..] => (format!("{kind} review"), rest.join(" ")),
        ["actions" | "lessons", id, rest @ ..] => ((*id).to_owned(), rest.join(" ")),
        _ => (String::new(), field.to_owned()),
    }
}

fn step(step: &FieldStep, name: &str) -> String {
    let value = |text: &crate::text::Text| shorten(text.as_str(), 40);
    match (step.change, &step.before, &step.after) {
        (FieldChange::Added, _, Some(after)) => format!("{name} {}", value(after)),
        (FieldChange::Added, ..) => format!("{name} added"),
        (FieldChange::Extended, ..) => format!("{name} extended"),
        (FieldChange::Removed, Some(before), _) => format!("{name} {} taken out", value(before)),
        (FieldChange::Removed, ..) => format!("{name} taken out"),
        (FieldChange::Edited, Some(before), Some(after)) => {
            format!("{name} from {} to {}", value(before), value(after))
        }
        (FieldChange::Edited, ..) => format!("{name} edited"),
    }
}

fn targets(timeline: &Timeline) -> String {
    if timeline.targets.is_empty() {
        let none = "\nIts actions and decisions name nothing that they changed.\n";
        return if timeline.present { none.to_owned() } else { String::new() };
    }
    let mut out = String::from("\nWhat its actions and decisions say that they changed\n");
    timeline.targets.iter().for_each(|one| out.push_str(&target(one)));
    out
}

fn target(target: &ClaimedTarget) -> String {
    let name = target.name.as_str();
    let path = target.path.as_ref().filter(|path| !name.ends_with(path.as_str()));
    let kind = match target.kind {
        TargetKind::Row => "a row of ",
        _ => "",
    };
    let path = path.map_or(String::new(), |path| format!(" ({kind}{path})"));
    let mut out = wrapped("\n  ", "    ", &format!("{name}{path}"));
    for claim in &target.claims {
        out.push_str(&wrapped("    ", "      ", &told(claim)));
    }
    for landing in &target.landings {
        out.push_str(&landing_lines(landing));
    }
    if target.landings.is_empty() && target.kind != TargetKind::Other {
        out.push_str("    No landing on the main line touched it.\n");
    }
    if target.more > 0 {
        out.push_str(&format!("    {} are not shown.\n", count(target.more, "later landing")));
    }
    out
}

fn told(claim: &ClaimEntry) -> String {
    let who = match &claim.action {
        Some(action) => action.to_string(),
        None => format!("decision on {}", decision(claim.field.as_str())),
    };
    let by = claim.commit.as_deref().zip(claim.day).map(|(commit, day)| format!(" {} of {day}", seven(commit)));
    let by = by.map_or(String::new(), |by| match claim.answer {
        Answer::Undone | Answer::TakenBack => format!(", last by{by}"),
        _ => format!(", by{by}"),
    });
    let pending = claim.commit.is_none() && claim.day.is_some();
    let by = if pending { ", by what is not committed yet".to_owned() } else { by };
    let why = claim.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    let window = claim.from.zip(claim.to).map_or(String::new(), |(from, to)| format!(" (from {from} to {to})"));
    format!("{who}: {}{by}{why}{window}", holds(claim.answer))
}

/// `policy` of `decisions.policy.changed.0`.
fn decision(field: &str) -> &str {
    field.split('.').nth(1).unwrap_or(field)
}

fn landing_lines(landing: &TargetLanding) -> String {
    let seen = &landing.landed;
    let size = landing.added.zip(landing.removed).map(|(added, removed)| format!(", {}", size(added, removed)));
    let before = if landing.before { "before the incident: " } else { "" };
    let who = Some(who(seen)).filter(|who| !who.is_empty()).map_or(String::new(), |who| format!(" ({who})"));
    let text = format!("{before}{}{}{who}", did(landing.effect), size.unwrap_or_default());
    let mut out = wrapped(&format!("    {} {}  ", seen.day, short(seen)), &" ".repeat(24), &text);
    for hunk in &landing.hunks {
        out.push_str(&wrapped("      | ", "      | ", &words(hunk)));
    }
    if landing.more > 0 {
        out.push_str(&format!("      | and {} more\n", count(landing.more, "place")));
    }
    out
}

/// `needs a [-password-] {+second factor+}`, the way in which `git diff --word-diff` shows it.
fn words(hunk: &Hunk) -> String {
    let piece = |piece: &Piece| match piece.kind {
        PieceKind::Same => piece.text.to_string(),
        PieceKind::Removed => format!("[-{}-]", piece.text),
        PieceKind::Added => format!("{{+{}+}}", piece.text),
    };
    hunk.pieces.iter().map(piece).collect::<Vec<_>>().join(" ")
}
