//! How much a configuration asks for, key by key, so that two versions can be compared: which way is weaker.

use super::levels::Level;
use super::model::{Independence, LevelSetting, Size};
use super::thresholds::Weaker;
use super::{Class, ReviewWindow, Rulebook};
use crate::record::register::RegisterKind;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What one key asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Strength {
    /// A number, and which way is weaker.
    Number(i64, Weaker),
    /// A day; a later one lets more pass, and none lets nothing pass.
    Day(Option<NaiveDate>),
    /// A word of a scale, with its place on it: lower is weaker.
    Word(u8, String),
    /// What the levels of a rule come to in each class (0 is off), and the level that is set.
    Levels([u8; 4], Option<LevelSetting>),
    /// Something that is there; without it nothing is asked.
    Present,
    /// A list that asks: an entry less is weaker.
    Asks(BTreeSet<String>),
    /// A list that forgives: an entry more is weaker.
    Forgives(BTreeSet<String>),
}

impl Strength {
    /// Whether going on to `next` asks for less; `None` is a key that is not there any more.
    pub fn is_weakened_by(&self, next: Option<&Self>) -> bool {
        match (self, next) {
            (Self::Number(old, Weaker::More), Some(Self::Number(new, _))) => new > old,
            (Self::Number(old, Weaker::Less), Some(Self::Number(new, _))) => new < old,
            (Self::Day(old), Some(Self::Day(new))) => new > old,
            (Self::Word(old, _), Some(Self::Word(new, _))) => new < old,
            (Self::Levels(old, was), Some(Self::Levels(new, is))) => {
                // What another profile does to a rule is told once, by the profile.
                was != is && old.iter().zip(new).any(|(old, new)| new < old)
            }
            (Self::Levels(old, _), None) => old.iter().any(|level| *level > 0),
            (Self::Present, None) => true,
            (Self::Asks(_) | Self::Forgives(_), Some(_)) => !self.difference(next).is_empty(),
            _ => false,
        }
    }

    /// The entries of a list by which it asks for less than before.
    fn difference(&self, next: Option<&Self>) -> Vec<String> {
        let covered = |one: &String, by: &BTreeSet<String>| by.iter().any(|pattern| covers(pattern, one));
        match (self, next) {
            (Self::Asks(old), Some(Self::Asks(new))) => old.iter().filter(|one| !covered(one, new)).cloned().collect(),
            (Self::Forgives(old), Some(Self::Forgives(new))) => {
                new.iter().filter(|one| !covered(one, old)).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What it was and what it became, as an approval states them.
    pub fn told(&self, next: Option<&Self>) -> (String, String) {
        match self {
            Self::Asks(_) => (self.difference(next).join(", "), "none".to_owned()),
            Self::Forgives(_) => ("none".to_owned(), self.difference(next).join(", ")),
            _ => {
                let (from, to) = (self.word(3), next.map_or_else(|| "none".to_owned(), |next| next.word(3)));
                // A setting that only caps what a rule would raise by itself.
                if from == to { (self.word(4), to) } else { (from, to) }
            }
        }
    }

    /// The value; of levels the worst of the first few.
    fn word(&self, first: usize) -> String {
        match self {
            Self::Number(number, _) => number.to_string(),
            Self::Day(day) => day.map_or_else(|| "none".to_owned(), |day| day.to_string()),
            Self::Word(_, word) => word.clone(),
            Self::Levels(_, Some(LevelSetting::Off)) => "off".to_owned(),
            Self::Levels(levels, _) => {
                let names = [Some("off"), Some("note"), Some("warning"), Some("error")];
                let worst = levels.iter().take(first).max().copied().unwrap_or_default();
                names.get(usize::from(worst)).copied().flatten().unwrap_or("off").to_owned()
            }
            Self::Present => "set".to_owned(),
            Self::Asks(list) | Self::Forgives(list) => list.iter().cloned().collect::<Vec<_>>().join(", "),
        }
    }
}

/// Whether all that one pattern takes is taken by another, as far as it can be seen from the two: they are the same, or
/// the other one takes a whole folder above.
fn covers(pattern: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim_start_matches("./").trim_end_matches('/').to_owned();
    let (pattern, other) = (plain(pattern), plain(other));
    let folder = pattern.strip_suffix("/**").unwrap_or(&pattern);
    pattern == other || pattern == "**" || !folder.contains(['*', '?', '[', '{']) && is_below(&other, folder)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Everything that a configuration asks for, by key; `rules` are the built-in rules with their levels by class.
pub fn strengths(book: &Rulebook, rules: &[(&str, [Level; 3])]) -> BTreeMap<String, Strength> {
    let mut all = BTreeMap::new();
    numbers(book, &mut all);
    scales(book, &mut all);
    levels(book, rules, &mut all);
    lists(book, &mut all);
    let word = |(word, class): (&String, &Class)| {
        (format!("severity.{word}"), Strength::Word(*class as u8, class.to_string()))
    };
    all.extend(book.severities.iter().map(word));
    all
}

fn numbers(book: &Rulebook, all: &mut BTreeMap<String, Strength>) {
    for (key, number, weaker) in book.config.thresholds.each() {
        all.insert(format!("thresholds.{key}"), Strength::Number(number, weaker));
    }
    let mut window = |name: &str, window: ReviewWindow, has_start: bool| {
        let mut add = |key, number, weaker| {
            all.insert(format!("review.window.{name}.{key}"), Strength::Number(number, weaker));
        };
        add("to", window.to, Weaker::More);
        add("grace", window.grace, Weaker::More);
        if has_start {
            add("from", window.from, Weaker::Less);
        }
    };
    window("minor", book.review_window(Class::Minor), false);
    window("moderate", book.review_window(Class::Moderate), false);
    window("significant", book.review_window(Class::Significant), false);
    window("major.hot_wash", book.major_window().hot_wash, false);
    window("major.reflective", book.major_window().reflective, true);
    let since = book.config.history.since.as_deref().and_then(|day| book.calendar.read(day).ok()).map(|when| when.date);
    all.insert("history.since".to_owned(), Strength::Day(since));
}

fn scales(book: &Rulebook, all: &mut BTreeMap<String, Strength>) {
    let profile = book.config.profile.as_deref().unwrap_or("standard");
    let rank = ["starter", "standard", "auditor"].iter().position(|known| *known == profile).unwrap_or(1);
    let mut word = |key: &str, rank: usize, word: &str| {
        all.insert(key.to_owned(), Strength::Word(u8::try_from(rank).unwrap_or(u8::MAX), word.to_owned()));
    };
    word("profile", rank, profile);
    match book.config.organisation.size {
        Size::Sole => word("organisation.size", 0, "sole"),
        Size::Small => word("organisation.size", 1, "small"),
        Size::Standard => word("organisation.size", 2, "standard"),
        Size::Group => word("organisation.size", 2, "group"),
    }
    match book.config.organisation.independence {
        Independence::Sole => word("organisation.independence", 0, "sole"),
        Independence::Peer => word("organisation.independence", 1, "peer"),
        Independence::Full => word("organisation.independence", 2, "full"),
    }
    for kind in RegisterKind::ALL {
        if let Some(register) = book.register(kind) {
            let key = format!("registers.{}.optional", kind.key());
            word(&key, usize::from(!register.optional), if register.optional { "true" } else { "false" });
        }
    }
}

fn levels(book: &Rulebook, rules: &[(&str, [Level; 3])], all: &mut BTreeMap<String, Strength>) {
    let rank = |level: Level| level as u8 + 1;
    for (rule, own) in rules {
        // A rule that warns in every class may have errors of its own, which a setting would cap.
        let worst = if own.iter().all(|level| *level == Level::Warning) { Level::Error } else { own[0] };
        let level = |own: Level| if book.levels.is_off(rule) { 0 } else { rank(book.levels.level(rule, own)) };
        let strength =
            Strength::Levels([level(own[0]), level(own[1]), level(own[2]), level(worst)], book.levels.setting(rule));
        all.insert(format!("rules.{rule}"), strength);
    }
    for rule in &book.config.rule {
        let (setting, own) = (book.levels.setting(&rule.id), rule.level);
        let level = match setting.or(own) {
            Some(LevelSetting::Error) => rank(Level::Error),
            Some(LevelSetting::Note) => rank(Level::Note),
            Some(LevelSetting::Off) => 0,
            Some(LevelSetting::Warning) | None => rank(Level::Warning),
        };
        all.insert(format!("rule.{}", rule.id), Strength::Levels([level; 4], setting.or(own)));
    }
}

fn lists(book: &Rulebook, all: &mut BTreeMap<String, Strength>) {
    let config = &book.config;
    let set = |list: &[String]| -> BTreeSet<String> { list.iter().map(|entry| entry.trim().to_owned()).collect() };
    let paths = config.incidents.paths.as_deref().map_or_else(|| set(&["incidents/**".to_owned()]), set);
    all.insert("incidents.paths".to_owned(), Strength::Asks(paths));
    all.insert("incidents.exclude".to_owned(), Strength::Forgives(set(&config.incidents.exclude)));
    all.insert("rules.non_waivable".to_owned(), Strength::Asks(set(&config.rules.non_waivable)));
    all.insert("history.boilerplate".to_owned(), Strength::Forgives(set(&config.history.boilerplate)));
    let frameworks = book.frameworks.iter().map(|name| (*name).to_owned()).collect();
    all.insert("frameworks.report".to_owned(), Strength::Asks(frameworks));
    // Other keys are other witnesses.
    let keys: Vec<String> = config.trust.keys.iter().cloned().collect();
    all.insert("trust.keys".to_owned(), Strength::Asks(set(&keys)));
    for name in config.exports.keys() {
        all.insert(format!("exports.{name}"), Strength::Present);
    }
    if config.procedure.is_some() {
        all.insert("procedure".to_owned(), Strength::Present);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::source::{RepoPath, Source, SourceId};

    fn asks(text: &str) -> BTreeMap<String, Strength> {
        let source = Source::from_text(RepoPath::new("closeloop.toml"), text);
        let rules = [("late-review", [Level::Warning; 3]), ("unowned-action", [Level::Error; 3])];
        let ids: Vec<&str> = rules.iter().map(|(id, _)| *id).collect();
        strengths(&load(Some((SourceId(0), &source)), &ids, None).unwrap(), &rules)
    }

    /// The keys that ask for less in the second configuration, with what is told of them.
    fn weakened(old: &str, new: &str) -> Vec<String> {
        let (old, new) = (asks(old), asks(new));
        let weaker = old.iter().filter(|(key, value)| value.is_weakened_by(new.get(*key)));
        weaker
            .map(|(key, value)| {
                let (from, to) = value.told(new.get(key));
                format!("{key}: {from} > {to}")
            })
            .collect()
    }

    #[test]
    fn each_key_has_a_weaker_way() {
        let pairs = [
            ("[thresholds]\nunclosed_after = 61", "thresholds.unclosed_after: 60 > 61"),
            ("[thresholds]\npattern_within = 90", "thresholds.pattern_within: 183 > 90"),
            ("[review.window.major.reflective]\nfrom = 0", "review.window.major.reflective.from: 21 > 0"),
            ("[rules]\nunowned-action = 'off'", "rules.unowned-action: error > off"),
            ("[organisation]\nindependence = 'sole'", "organisation.independence: full > sole"),
            ("[history]\nsince = '2026-03-31'", "history.since: none > 2026-03-31"),
            ("[incidents]\nexclude = ['a/**']", "incidents.exclude: none > a/**"),
            ("[incidents]\npaths = ['incidents/*.md']", "incidents.paths: incidents/** > none"),
            ("[severity]\nminor = ['critical']", "severity.critical: major > minor"),
        ];
        for (new, told) in pairs {
            assert_eq!(weakened("", new), [told], "{new}");
            assert_eq!(weakened(new, new), [""; 0], "{new}");
        }
        assert_eq!(weakened("[exports.tickets]\npath = 'x.csv'", ""), ["exports.tickets: set > none"]);
        let fewer = weakened("[frameworks]\nreport = ['nis2', 'iso27001']", "[frameworks]\nreport = ['iso27001']");
        // What the framework asked for goes with it.
        assert_eq!(fewer.first().map(String::as_str), Some("frameworks.report: nis2 > none"));
        assert!(fewer.iter().skip(1).all(|told| told.starts_with("review.window.")), "{fewer:?}");
        for other in ["", "[trust]\nkeys = 'keys/other'"] {
            assert_eq!(weakened("[trust]\nkeys = 'keys/forge'", other), ["trust.keys: keys/forge > none"]);
        }
    }

    #[test]
    fn what_a_setting_caps_counts_and_what_it_raises_does_not() {
        assert_eq!(weakened("", "[rules]\nlate-review = 'warning'"), ["rules.late-review: error > warning"]);
        assert_eq!(weakened("", "[rules]\nlate-review = 'error'"), [""; 0]);
        assert_eq!(weakened("profile = 'auditor'", "profile = 'starter'"), ["profile: auditor > starter"]);
        assert_eq!(weakened("[incidents]\npaths = ['a/2026/*.md']", "[incidents]\npaths = ['a/**']"), [""; 0]);
    }
}
