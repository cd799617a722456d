//! The three numbers of the first page, and all of it in a sentence.

use super::Teller;
use super::metrics::hours_of;
use super::model::{Metric, Share, Span, Stopped};
use crate::history::claims::{self, Claim};
use crate::history::{Effect, Proof, Told};
use crate::population::answered;
use crate::record::Incident;
use crate::rules::causes;
use crate::text::Text;
use crate::timeline::Day;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};

/// `1 lesson`, `3 lessons`
pub(super) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// Lessons with a proven change, causes back after their remedy, hours lost to causes with open actions. All three are
/// about the months of the picture.
pub(super) fn numbers(teller: &Teller<'_>, stopped: &Stopped, window: &Span) -> Vec<Share> {
    vec![lessons(teller, window), back(stopped), hours(teller, window)]
}

fn share(id: &str, n: usize, of: usize, words: String) -> Share {
    let number = |n: usize| u32::try_from(n).map_or(f64::MAX, f64::from);
    Share { id: id.to_owned(), n: Some(number(n)), of: number(of), words: Text::new(words) }
}

fn lessons(teller: &Teller<'_>, window: &Span) -> Share {
    let detected = teller.detected(window);
    let all = detected.iter().map(|(incident, _)| incident.lessons.items().len()).sum();
    let proven = detected.iter().map(|(incident, _)| lessons_proven(teller, incident)).sum();
    let words = match all {
        0 => "No lesson is stated in these 24 months.".to_owned(),
        1 => "lesson led to a change that git shows.".to_owned(),
        _ => "lessons led to a change that git shows.".to_owned(),
    };
    share("lessons-proven", proven, all, words)
}

/// The lessons of an incident that an action answers whose change git shows.
fn lessons_proven(teller: &Teller<'_>, incident: &Incident) -> usize {
    let holds = |claim: &&Claim<'_>| match teller.history.answer(teller.population, teller.book, claim) {
        Told::Judged(_, Proof::Holds { by, undone: None }) => by.effect != Effect::NotInspected,
        _ => false,
    };
    let claims = claims::of_record(incident, &teller.book.calendar.whole_day(teller.as_of));
    let proven = claims.iter().filter(holds).filter_map(|claim| claim.action);
    let lessons: HashSet<&str> =
        proven.flat_map(|action| answered(incident, action)).map(|lesson| lesson.field.as_str()).collect();
    lessons.len()
}

fn back(stopped: &Stopped) -> Share {
    let words = match stopped.remedied {
        0 => "No cause of these 24 months has a remedy that git shows or a record states.".to_owned(),
        1 => "cause with a remedy came back after it.".to_owned(),
        _ => "causes with a remedy came back after it.".to_owned(),
    };
    share("causes-back", stopped.back, stopped.remedied, words)
}

fn hours(teller: &Teller<'_>, window: &Span) -> Share {
    let detected = teller.detected(window);
    let stated: Vec<(&Incident, f64)> =
        detected.iter().filter_map(|(incident, _)| Some((*incident, hours_of(incident)?))).collect();
    let all = stated.iter().fold(0.0, |sum, (_, hours)| sum + hours);
    let open = open_incidents(teller);
    let lost = stated.iter().filter(|(incident, _)| open.contains(&std::ptr::from_ref(*incident)));
    let lost = lost.fold(0.0, |sum, (_, hours)| sum + hours);
    let (known, of) = (stated.len(), detected.len());
    let words = match known {
        0 => "Hours lost are not recorded.".to_owned(),
        _ => {
            format!(
                "recorded hours went to causes with open actions; {known} of {} state their hours.",
                count(of, "record")
            )
        }
    };
    Share { id: "hours-open".to_owned(), n: (known > 0).then_some(lost), of: all, words: Text::new(words) }
}

/// The incidents one of whose causes has an action that is still to be done, in whichever record.
fn open_incidents(teller: &Teller<'_>) -> HashSet<*const Incident> {
    let causes = causes(&teller.case);
    let is_open =
        |entries: &&Vec<crate::rules::Tagged<'_>>| entries.iter().any(|entry| teller.open(entry.incident) > 0);
    causes.values().filter(is_open).flatten().map(|entry| std::ptr::from_ref(entry.incident)).collect()
}

/// A number with at most one digit behind the point.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned)
}

/// All of it in a sentence, and in another one what is in no figure: `unseen` records are in no period.
pub(super) fn sentence(metrics: &[Metric], stopped: &Stopped, period: &Span, as_of: NaiveDate, unseen: usize) -> Text {
    let figures: BTreeMap<&str, &Metric> = metrics.iter().map(|metric| (metric.id.as_str(), metric)).collect();
    let of = |id: &str| figures.get(id).map(|metric| (&metric.now, &metric.before));
    let incidents = of("incidents").map_or((0, 0), |(now, before)| (now.n, before.n));
    let grave = of("incidents").map_or(0, |(now, _)| now.parts.iter().take(2).map(|part| part.count).sum());
    let overdue: usize =
        of("ageing").map_or(0, |(now, _)| now.parts.get(1..5).into_iter().flatten().map(|p| p.count).sum());
    let end = Day(period.to.0.min(as_of));
    let unseen = match unseen {
        0 => String::new(),
        1 => " 1 record states no day of detection that could be read, and is in none of these numbers.".to_owned(),
        n => format!(" {n} records state no day of detection that could be read, and are in none of these numbers."),
    };
    Text::new(format!(
        "{}, of which {grave} significant or major; the period before had {}. Of {} with a remedy {} came back. On \
         {end}, {} overdue.{unseen}",
        count(incidents.0, "incident"),
        incidents.1,
        count(stopped.remedied, "cause"),
        stopped.back,
        if overdue == 1 { "1 action was".to_owned() } else { format!("{overdue} actions were") },
    ))
}
