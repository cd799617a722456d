//! When a review is on time.

use super::model::{Window, Windows};
use crate::record::Class;

/// A window in days after closure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewWindow {
    /// The first day; 0 where any day from recovery on is in time.
    pub from: i64,
    /// The last day.
    pub to: i64,
    /// Days after the last one until a missing review is an error.
    pub grace: i64,
    /// The internal document, or the clause of a framework, that says so.
    pub source: Option<String>,
}

/// The two stages of a major incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MajorWindow {
    /// From containment to so many days after recovery.
    pub hot_wash: ReviewWindow,
    /// So many days after closure.
    pub reflective: ReviewWindow,
}

/// Days after closure in which a review of a minor incident is on time.
const MINOR: i64 = 14;
/// Days after closure for moderate and significant; the guidance's "two to four weeks".
const USUAL: i64 = 28;
/// Days after the window until a missing review becomes an error.
const GRACE: i64 = 14;

pub(super) fn review_window(windows: &Windows, class: Class) -> ReviewWindow {
    match class {
        Class::Minor => resolve(&windows.minor, 0, MINOR),
        Class::Moderate => resolve(&windows.moderate, 0, USUAL),
        Class::Significant => resolve(&windows.significant, 0, USUAL),
        Class::Major => major_window(windows).reflective,
    }
}

pub(super) fn major_window(windows: &Windows) -> MajorWindow {
    MajorWindow {
        hot_wash: resolve(&windows.major.hot_wash, 0, 7),
        reflective: resolve(&windows.major.reflective, 21, 56),
    }
}

fn resolve(window: &Window, from: i64, to: i64) -> ReviewWindow {
    ReviewWindow {
        from: window.from.unwrap_or(from),
        to: window.to.unwrap_or(to),
        grace: window.grace.unwrap_or(GRACE),
        source: window.limit.clone().or_else(|| window.source.clone()),
    }
}
