//! What is left of a page of trends where no text of a record may be shown: counts, days, commits, and what looks like an
//! id or a key of one word.

use super::model::{Decision, IncidentLine, Ranking, ReviewInput, Stopped, Trend};
use crate::config::model::PrivacyLevel;
use crate::text::{Origin, Text, bare_id};

/// Stands for a remark that may quote something.
const REMARK: &str = "a remark is left out here; at home it is shown";
/// Says what is left out.
const TOLD: &str = "the output is reduced: it holds no title and no text of a record; words of records are shown where they \
                    are a key of one word";

impl Trend {
    /// The same without titles and texts of records.
    #[must_use]
    pub fn reduced(self) -> Self {
        let remark = |note: Text| if note.origin() <= Origin::Run { note } else { REMARK.into() };
        let mut notes: Vec<Text> = self.notes.into_iter().map(remark).collect();
        notes.dedup();
        notes.push(TOLD.into());
        Self {
            stopped: stopped(self.stopped),
            decisions: self.decisions.into_iter().map(decision).collect(),
            rankings: self.rankings.into_iter().map(ranking).collect(),
            incidents: self.incidents.into_iter().map(incident).collect(),
            review: self.review.map(review),
            replay: self.replay.map(|mut replay| {
                let whys = replay.points.iter_mut().filter_map(|point| point.why.as_mut());
                whys.filter(|why| why.origin() > Origin::Run).for_each(|why| *why = "it could not be judged".into());
                replay
            }),
            notes,
            privacy: PrivacyLevel::Reduced,
            ..self
        }
    }
}

/// A word that looks like an id or a key.
fn key(text: &Text) -> Text {
    Text::new(bare_id(text.as_str()))
}

fn stopped(mut stopped: Stopped) -> Stopped {
    for cause in &mut stopped.causes {
        cause.cause = key(&cause.cause);
        cause.incidents.iter_mut().for_each(|dot| dot.incident = key(&dot.incident));
        for bar in &mut cause.remedies {
            (bar.incident, bar.action) = (key(&bar.incident), key(&bar.action));
        }
    }
    stopped
}

fn decision(mut decision: Decision) -> Decision {
    for item in &mut decision.items {
        item.about = key(&item.about);
        item.role = if item.role.as_str().is_empty() { Text::default() } else { key(&item.role) };
        item.text = Text::default();
    }
    decision
}

fn ranking(mut ranking: Ranking) -> Ranking {
    // The lenses are words of the program.
    if ranking.id != "factors" {
        ranking.rows.iter_mut().for_each(|row| row.name = key(&row.name));
    }
    ranking
}

fn incident(line: IncidentLine) -> IncidentLine {
    IncidentLine { id: key(&line.id), title: Text::default(), ..line }
}

fn review(mut review: ReviewInput) -> ReviewInput {
    review.id = key(&review.id);
    review.before = review.before.map(|before| key(&before));
    for line in &mut review.decided {
        (line.incident, line.decision) = (key(&line.incident), Text::default());
    }
    for line in &mut review.to_report {
        (line.incident, line.title) = (key(&line.incident), Text::default());
    }
    for line in &mut review.risks {
        line.risk = key(&line.risk);
        line.incidents.iter_mut().for_each(|incident| *incident = key(incident));
    }
    for lesson in &mut review.unanswered {
        *lesson = key(&Text::new(lesson.as_str().split(':').next().unwrap_or_default()));
    }
    review
}
