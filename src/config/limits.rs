//! What the frameworks that somebody reports to ask for on top of the configuration: their limits only tighten.

use super::Rulebook;
use super::model::{Config, Window};
use super::thresholds::Weaker;
use super::windows::{major_window, review_window};
use crate::framework::{self, Limit};
use crate::record::{Class, Word as _};

/// A limit that made a number stricter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tightened {
    /// The key.
    pub key: String,
    /// The number that the configuration has.
    pub from: i64,
    /// The number that holds.
    pub to: i64,
    /// The clause that it comes from.
    pub clause: String,
}

/// The names of the frameworks that hold: those of the configuration and those that are asked for; sorted, each once.
pub(super) fn holding(config: &Config, asked: &[String]) -> Vec<&'static str> {
    let named = config.frameworks.report.iter().chain(asked);
    let mut names: Vec<&str> = named.filter_map(|name| framework::find(name)).map(|found| found.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Makes each number as strict as the strictest framework asks, and says which ones that changed.
pub(super) fn tighten(config: &mut Config, names: &[&str]) -> Vec<Tightened> {
    let limits = names.iter().filter_map(|name| framework::find(name)).flat_map(|found| &found.limits);
    let mut tightened: Vec<Tightened> = Vec::new();
    for limit in limits {
        for change in apply(config, limit) {
            match tightened.iter_mut().find(|known| known.key == change.key) {
                Some(known) => *known = Tightened { from: known.from, ..change },
                None => tightened.push(change),
            }
        }
    }
    tightened
}

fn apply(config: &mut Config, limit: &Limit) -> Vec<Tightened> {
    match limit.key.split_once('.') {
        Some(("thresholds", name)) => threshold(config, name, limit).into_iter().collect(),
        _ => window(config, limit),
    }
}

fn threshold(config: &mut Config, name: &str, limit: &Limit) -> Option<Tightened> {
    let (_, from, weaker) = config.thresholds.each().into_iter().find(|(known, ..)| *known == name)?;
    let is_stricter = match weaker {
        Weaker::More => limit.days < from,
        Weaker::Less => limit.days > from,
    };
    is_stricter.then(|| {
        config.thresholds.set(name, limit.days, &limit.clause);
        Tightened { key: limit.key.clone(), from, to: limit.days, clause: limit.clause.clone() }
    })
}

/// By the last day a review has to be there, and a missing one is an error from the next day on.
fn window(config: &mut Config, limit: &Limit) -> Vec<Tightened> {
    let Some((class, _)) = Class::ALL.iter().map(|(name, class)| (*class, *name)).find(|(_, name)| {
        limit.key.strip_prefix("review.window.").and_then(|rest| rest.split('.').next()) == Some(name)
    }) else {
        return Vec::new();
    };
    let windows = &config.review.window;
    let stands = if class == Class::Major { major_window(windows).reflective } else { review_window(windows, class) };
    let to = stands.to.min(limit.days);
    let grace = stands.grace.min(limit.days - to);
    let parts = [("from", stands.from, stands.from.min(to)), ("grace", stands.grace, grace), ("to", stands.to, to)];
    if to + grace < stands.to + stands.grace {
        let window = mutable(config, class);
        *window = Window { to: Some(to), grace: Some(grace), limit: Some(limit.clause.clone()), ..window.clone() };
        window.from = window.from.map(|from| from.min(to));
    }
    let changed = parts.into_iter().filter(|(_, from, to)| to < from);
    let told = |(part, from, to): (&str, i64, i64)| Tightened {
        key: format!("{}.{part}", limit.key),
        from,
        to,
        clause: limit.clause.clone(),
    };
    changed.map(told).collect()
}

fn mutable(config: &mut Config, class: Class) -> &mut Window {
    let windows = &mut config.review.window;
    match class {
        Class::Minor => &mut windows.minor,
        Class::Moderate => &mut windows.moderate,
        Class::Significant => &mut windows.significant,
        Class::Major => &mut windows.major.reflective,
    }
}

impl Rulebook {
    /// Whether a framework holds, by its name.
    pub fn holds(&self, framework: &str) -> bool {
        self.frameworks.contains(&framework)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Asked, load_asked};
    use crate::source::{RepoPath, Source, SourceId};

    fn book(text: &str, frameworks: &[&str]) -> Rulebook {
        let source = Source::from_text(RepoPath::new("closeloop.toml"), text);
        let frameworks: Vec<String> = frameworks.iter().map(|name| (*name).to_owned()).collect();
        load_asked(Some((SourceId(0), &source)), &[], Asked { profile: None, frameworks: &frameworks }).unwrap()
    }

    #[test]
    fn a_limit_tightens_and_names_its_clause_and_never_loosens() {
        let loose = "[review.window.significant]\nto = 60\nsource = 'IMS1 8'\n[thresholds]\npattern_within = 30\n";
        let found = book(loose, &["nis2"]);
        let window = found.review_window(Class::Significant);
        assert_eq!((window.to, window.grace), (30, 0));
        assert_eq!(window.source.as_deref(), Some("Directive (EU) 2022/2555 Art. 23(4)(d)"));
        assert_eq!(found.threshold(|t| &t.pattern_within), 183);
        assert!(found.threshold_source(|t| &t.pattern_within).is_some_and(|source| source.contains("2024/2690")));
        let strict = "[review.window.significant]\nto = 10\ngrace = 3\nsource = 'IMS1 8'\n";
        let window = book(strict, &["nis2", "nerc-cip"]).review_window(Class::Significant);
        assert_eq!((window.to, window.grace, window.source.as_deref()), (10, 3, Some("IMS1 8")));
    }

    #[test]
    fn the_strictest_of_several_holds_whatever_their_order() {
        let loose = "[review.window.significant]\nto = 200\n";
        for names in [["nis2", "nerc-cip"], ["nerc-cip", "nis2"]] {
            let found = book(loose, &names);
            assert_eq!(found.review_window(Class::Significant).to, 30);
            let told = found.tightened.iter().find(|told| told.key == "review.window.significant.to").unwrap();
            assert_eq!((told.from, told.to), (200, 30));
        }
        assert_eq!(book(loose, &["nerc-cip"]).review_window(Class::Significant).to, 90);
    }

    #[test]
    fn every_limit_of_every_framework_has_a_key_that_exists() {
        let weakest = |limit: &Limit| {
            let numbers = Config::default().thresholds.each();
            let known = |name: &str| numbers.iter().find(|(known, ..)| *known == name).map(|(.., weaker)| *weaker);
            let text = match limit.key.strip_prefix("thresholds.") {
                Some(name) if known(name) == Some(Weaker::Less) => format!("[thresholds]\n{name} = 0\n"),
                Some(name) => format!("[thresholds]\n{name} = 999\n"),
                None => format!("[{}]\nto = 400\n", limit.key),
            };
            toml::from_str::<Config>(&text).unwrap()
        };
        for limit in framework::names().filter_map(framework::find).flat_map(|found| &found.limits) {
            let mut config = weakest(limit);
            assert!(!apply(&mut config, limit).is_empty(), "{}", limit.key);
        }
    }
}
