//! Reading the fields of one mapping: types, places, and a problem for each that does not fit.
//!
//! A wrong type in one field costs that field alone. A key that nobody asked for is unknown.

use super::fact::{Fact, Fault, Located};
use super::reading::{FieldProblem, ProblemKind, Reading};
use super::words::Word;
use super::{Explanation, List, TextFact};
use crate::document::{Entry, Map, Node, Value};
use crate::source::{Place, SourceId, Span};
use crate::time::{NoDate, When};
use std::cell::RefCell;

#[cfg(test)]
thread_local! {
    /// The paths that were asked for, so that a test can hold them against the table of the format.
    static ASKED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The paths that were asked for since the last call.
#[cfg(test)]
pub(super) fn asked_so_far() -> Vec<String> {
    ASKED.take()
}

/// About as many keys as a record has at its top, and as its mappings have.
const KEYS_AT_THE_TOP: usize = 64;
const KEYS_BELOW: usize = 24;

/// The fields of one mapping.
pub(super) struct Fields<'a> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) source: SourceId,
    map: Option<&'a Map>,
    /// Where a finding about a missing field is placed.
    pub(super) home: Place,
    /// The dotted path of the mapping, with a dot at its end; empty at the top.
    prefix: String,
    problems: &'a RefCell<Vec<FieldProblem>>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    /// The fields at the top of a record.
    pub(super) fn top(
        reading: &'a Reading<'a>,
        source: SourceId,
        map: &'a Map,
        home: Place,
        problems: &'a RefCell<Vec<FieldProblem>>,
    ) -> Self {
        let asked = RefCell::new(Vec::with_capacity(KEYS_AT_THE_TOP));
        Self { reading, source, map: Some(map), home, prefix: String::new(), problems, asked }
    }

    /// The fields of a mapping below this one; `None` is a mapping that is not there.
    fn below(&self, prefix: String, map: Option<&'a Map>, home: Place) -> Fields<'a> {
        Fields {
            reading: self.reading,
            source: self.source,
            map,
            home,
            prefix,
            problems: self.problems,
            asked: RefCell::new(Vec::with_capacity(KEYS_BELOW)),
        }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(self.source, span)
    }

    /// The dotted path of a key.
    pub(super) fn path(&self, key: &str) -> String {
        [&self.prefix, key].concat()
    }

    pub(super) fn problem(&self, kind: ProblemKind, key: &str, place: Place, message: String, help: &str) {
        self.report(kind, self.path(key), place, message, help);
    }

    fn report(&self, kind: ProblemKind, field: String, place: Place, message: String, help: &str) {
        let help = help.to_owned();
        self.problems.borrow_mut().push(FieldProblem { kind, field, place, message, help, related: None });
    }

    /// The entry of a key, which is known from now on.
    pub(super) fn entry(&self, key: &'static str) -> Option<&'a Entry> {
        self.asked.borrow_mut().push(key);
        #[cfg(test)]
        ASKED.with_borrow_mut(|asked| asked.push(self.path(key)));
        self.map?.entry(key)
    }

    /// Whether a key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.map.is_some_and(|map| map.entry(key).is_some())
    }

    /// A fact that takes its value from a scalar.
    fn scalar<T>(&self, key: &'static str, take: impl FnOnce(&str, Place) -> Fact<T>) -> Fact<T> {
        let Some(entry) = self.entry(key) else { return Fact::Absent { place: self.home } };
        let place = self.place(entry.value.span);
        match &entry.value.value {
            Value::Empty => Fact::Empty { place: self.place(entry.key_span) },
            Value::Scalar(scalar) => encrypted(&scalar.text, place).unwrap_or_else(|| take(&scalar.text, place)),
            Value::Map(map) => match self.declined(map, place) {
                Some(fact) => fact,
                None => self.wrong_shape(key, place, "a mapping", "one value"),
            },
            Value::List(_) => self.wrong_shape(key, place, "a list", "one value"),
        }
    }

    fn wrong_shape<T>(&self, key: &str, place: Place, found: &str, expected: &str) -> Fact<T> {
        let message = format!("`{}` holds {found} where {expected} belongs", self.path(key));
        let help = format!("Write {expected} here, as `closeloop schema record` describes it.");
        self.problem(ProblemKind::Unreadable, key, place, message, &help);
        Fact::Wrong { raw: "".into(), place, why: Fault::Shape }
    }

    /// `{ none: reason }`, also with a `reason` or `why` beside it.
    fn declined<T>(&self, map: &Map, place: Place) -> Option<Fact<T>> {
        let reason = map.get("none")?;
        let text = reason.text().or_else(|| map.get("reason")?.text()).or_else(|| map.get("why")?.text());
        Some(Fact::Declined { reason: text.unwrap_or_default().into(), place })
    }

    /// `none: reason` in one line of text.
    fn declined_line<T>(&self, text: &str, place: Place) -> Option<Fact<T>> {
        let (word, reason) = text.split_once(':')?;
        self.reading.vocabulary.find("none", word)?;
        Some(Fact::Declined { reason: reason.trim().into(), place })
    }

    /// A text.
    pub(super) fn text(&self, key: &'static str) -> TextFact {
        self.scalar(key, |text, place| {
            self.declined_line(text, place).unwrap_or_else(|| Fact::stated(text.into(), place))
        })
    }

    /// A text that is taken whole: `none: …` means nothing in it.
    pub(super) fn plain_text(&self, key: &'static str) -> TextFact {
        self.scalar(key, |text, place| Fact::stated(text.into(), place))
    }

    /// A day or an instant.
    pub(super) fn date(&self, key: &'static str) -> Fact<When> {
        self.scalar(key, |text, place| self.read_date(key, text, place, true))
    }

    /// A day; words that are none (`Q3`) are left to a rule of their own.
    pub(super) fn loose_date(&self, key: &'static str) -> Fact<When> {
        self.scalar(key, |text, place| self.read_date(key, text, place, false))
    }

    fn read_date(&self, key: &str, text: &str, place: Place, strict: bool) -> Fact<When> {
        match self.reading.calendar.read(text) {
            Ok(when) => Fact::stated(when, place),
            Err(NoDate::Impossible) => {
                let message = format!("`{}` names a day that does not exist", self.path(key));
                let help = "Write the day as YYYY-MM-DD, or a time as YYYY-MM-DDThh:mmZ.";
                self.problem(ProblemKind::InvalidDate, key, place, message, help);
                Fact::Wrong { raw: text.into(), place, why: Fault::ImpossibleDate }
            }
            Err(NoDate::Words) => {
                if strict && !is_blank(text) {
                    let message = format!("`{}` should be a day and holds words", self.path(key));
                    let help = "Write the day as YYYY-MM-DD; leave the key out while the day is not known.";
                    self.problem(ProblemKind::Unreadable, key, place, message, help);
                }
                Fact::Wrong { raw: text.into(), place, why: Fault::NotADate }
            }
        }
    }

    /// A word of a closed list; another word is a problem of the given kind.
    pub(super) fn word<W: Word>(&self, key: &'static str, kind: ProblemKind) -> Fact<W> {
        self.scalar(key, |text, place| {
            let named = self.reading.vocabulary.find(W::GROUP, text).and_then(W::named);
            match named.or_else(|| W::named(text)) {
                Some(word) => Fact::stated(word, place),
                None => self.unknown_word::<W>(key, text, place, kind),
            }
        })
    }

    fn unknown_word<W: Word>(&self, key: &str, text: &str, place: Place, kind: ProblemKind) -> Fact<W> {
        let names: Vec<&str> = W::ALL.iter().map(|(name, _)| *name).collect();
        if !is_blank(text) {
            let message = format!("`{}` holds a word that it does not know", self.path(key));
            let help = format!("Use one of {}.", names.join(", "));
            self.problem(kind, key, place, message, &help);
        }
        Fact::Wrong { raw: text.into(), place, why: Fault::UnknownWord }
    }

    /// Yes or no.
    pub(super) fn boolean(&self, key: &'static str) -> Fact<bool> {
        self.scalar(key, |text, place| match self.reading.vocabulary.find("boolean", text) {
            Some(word) => Fact::stated(word == "true", place),
            None => {
                let message = format!("`{}` should be true or false", self.path(key));
                self.problem(ProblemKind::Unreadable, key, place, message, "Write `true` or `false`.");
                Fact::Wrong { raw: text.into(), place, why: Fault::UnknownWord }
            }
        })
    }

    /// A number.
    pub(super) fn number(&self, key: &'static str) -> Fact<f64> {
        self.scalar(key, |text, place| match text.replace(['_', ' '], "").parse::<f64>() {
            Ok(number) if number.is_finite() => Fact::stated(number, place),
            _ => {
                let message = format!("`{}` should be a number", self.path(key));
                self.problem(
                    ProblemKind::Unreadable,
                    key,
                    place,
                    message,
                    "Write digits alone; the unit has its own key.",
                );
                Fact::Wrong { raw: text.into(), place, why: Fault::UnknownWord }
            }
        })
    }

    /// A list of texts; a single text counts as a list of one.
    pub(super) fn list(&self, key: &'static str) -> List {
        let Some(entry) = self.entry(key) else { return Fact::Absent { place: self.home } };
        let place = self.place(entry.value.span);
        match &entry.value.value {
            Value::Empty => Fact::Empty { place: self.place(entry.key_span) },
            Value::Scalar(scalar) => encrypted(&scalar.text, place)
                .or_else(|| self.declined_line(&scalar.text, place))
                .unwrap_or_else(|| Fact::stated(vec![Located { value: scalar.text.clone(), place }], place)),
            Value::Map(map) => match self.declined(map, place) {
                Some(fact) => fact,
                None => self.wrong_shape(key, place, "a mapping", "a list"),
            },
            Value::List(nodes) => {
                encrypted_list(nodes, place).unwrap_or_else(|| Fact::stated(self.texts(key, nodes), place))
            }
        }
    }

    fn texts(&self, key: &str, nodes: &[Node]) -> Vec<Located> {
        let text = |(index, node): (usize, &Node)| {
            let value = self.name(key, index, node, &["text", "id", "name", "path"])?;
            Some(Located { value: value.into(), place: self.place(node.span) })
        };
        nodes.iter().enumerate().filter_map(text).collect()
    }

    /// The text of an entry of a list: the entry itself, or the value of one of these keys of a mapping.
    pub(super) fn name<'n>(&self, key: &str, index: usize, node: &'n Node, keys: &[&str]) -> Option<&'n str> {
        let inner = node.map().and_then(|map| keys.iter().find_map(|key| map.get(key)?.text()));
        let text = node.text().or(inner);
        if text.is_none() && !matches!(node.value, Value::Empty) {
            let field = format!("{}.{index}", self.path(key));
            let message = format!("`{field}` holds a list or mapping where a text belongs");
            let place = self.place(node.span);
            self.report(ProblemKind::Unreadable, field, place, message, "Write one text an entry.");
        }
        text
    }

    /// A list of mappings, each read by `read` with its own fields; a single mapping counts as a list of one.
    pub(super) fn items<T>(&self, key: &'static str, read: impl Fn(&Fields<'a>) -> T) -> Fact<Vec<T>> {
        let Some(entry) = self.entry(key) else { return Fact::Absent { place: self.home } };
        let place = self.place(entry.value.span);
        match &entry.value.value {
            Value::Empty => Fact::Empty { place: self.place(entry.key_span) },
            Value::List(nodes) => {
                let values = nodes.iter().enumerate().filter_map(|(i, node)| self.item(key, i, node, &read));
                let mut values: Vec<T> = values.collect();
                // Entries are large and most lists are short: the room that was taken for more is given back.
                values.shrink_to_fit();
                Fact::stated(values, self.place(entry.key_span))
            }
            Value::Map(map) if self.declined::<()>(map, place).is_none() => {
                Fact::stated(self.item(key, 0, &entry.value, &read).into_iter().collect(), place)
            }
            Value::Map(map) => self.declined(map, place).unwrap_or(Fact::Absent { place }),
            Value::Scalar(scalar) => self
                .declined_line(&scalar.text, place)
                .unwrap_or_else(|| self.wrong_shape(key, place, "a text", "a list")),
        }
    }

    /// One entry of a list of mappings, with its own fields.
    pub(super) fn item<T>(
        &self,
        key: &str,
        index: usize,
        node: &'a Node,
        read: &impl Fn(&Fields<'a>) -> T,
    ) -> Option<T> {
        let place = self.place(node.span);
        let Some(map) = node.map() else {
            let field = format!("{}.{index}", self.path(key));
            if !matches!(node.value, Value::Empty) {
                let message = format!("`{field}` should be a mapping with keys of its own");
                let help = "Write the entry as keys and values, as `closeloop schema record` describes it.";
                self.report(ProblemKind::Unreadable, field, place, message, help);
            }
            return None;
        };
        let id = map.entry("id").filter(|entry| entry.value.text().is_some_and(|text| !text.is_empty()));
        let name = id.and_then(|entry| entry.value.text()).map_or_else(|| index.to_string(), ToOwned::to_owned);
        let first = id.map(|entry| entry.value.span).or_else(|| map.entries.first().map(|entry| entry.key_span));
        let home = self.place(first.unwrap_or(node.span));
        let fields = self.below([&self.prefix, key, ".", &name, "."].concat(), Some(map), home);
        let value = read(&fields);
        fields.report_unknown();
        Some(value)
    }

    /// The fields of a mapping below; a mapping that is not there has fields that are all absent.
    /// `read` also gets the place of the key, or the home of this mapping.
    pub(super) fn mapping<T>(&self, key: &'static str, read: impl FnOnce(&Fields<'a>, bool) -> T) -> T {
        let entry = self.entry(key);
        let prefix = [&self.prefix, key, "."].concat();
        let home = entry.map_or(self.home, |entry| self.place(entry.key_span));
        let map = entry.and_then(|entry| entry.value.map());
        let stated = entry.is_some_and(|entry| !matches!(entry.value.value, Value::Empty));
        let fields = self.below(prefix, map, home);
        let value = read(&fields, stated);
        fields.report_unknown();
        value
    }

    /// Like [`Self::mapping`], and anything but a mapping is a problem.
    pub(super) fn strict_mapping<T>(&self, key: &'static str, read: impl FnOnce(&Fields<'a>, bool) -> T) -> T {
        if let Some(entry) = self.entry(key)
            && matches!(entry.value.value, Value::Scalar(_) | Value::List(_))
        {
            let place = self.place(entry.value.span);
            let _: Fact<()> = self.wrong_shape(key, place, "a single value or a list", "a mapping");
        }
        self.mapping(key, read)
    }

    /// A reason with a name: a mapping, or a bare text that is the reason alone.
    pub(super) fn explanation(&self, key: &'static str) -> Option<Box<Explanation>> {
        let entry = self.entry(key)?;
        let place = self.place(entry.value.span);
        match &entry.value.value {
            Value::Empty => None,
            Value::Scalar(scalar) => {
                let absent = || Fact::Absent { place };
                let why = encrypted(&scalar.text, place).unwrap_or_else(|| Fact::stated(scalar.text.clone(), place));
                let (fields, on) = (Fact::Absent { place }, Fact::Absent { place });
                Some(Box::new(Explanation { place, fields, why, by: absent(), on, from: absent(), to: absent() }))
            }
            _ => Some(Box::new(self.mapping(key, |fields, _| Explanation { place, ..explanation(fields) }))),
        }
    }

    /// Every key that nobody asked for becomes a problem.
    pub(super) fn report_unknown(&self) {
        let Some(map) = self.map else { return };
        let asked = self.asked.borrow();
        for entry in map.entries.iter().filter(|entry| !asked.contains(&&*entry.key)) {
            let nearest = nearest(&entry.key, asked.iter().copied());
            let help = match nearest {
                Some(name) => format!("Did you mean `{name}`? Notes of your own belong into the text below."),
                None => "Check the spelling, or move it into the text below; it is not read here.".to_owned(),
            };
            let message = format!("`{}` is not a field that the format knows", self.path(&entry.key));
            let place = self.place(entry.key_span);
            self.problem(ProblemKind::UnknownField, &entry.key, place, message, &help);
        }
    }
}

/// Reads the keys of an explanation.
pub(super) fn explanation(fields: &Fields<'_>) -> Explanation {
    let pick = |a: &'static str, b: &'static str| {
        let first = fields.plain_text(a);
        let second = fields.plain_text(b);
        if first.is_missing() && !second.is_missing() { second } else { first }
    };
    let names = fields.list("fields");
    let name = fields.list("field");
    Explanation {
        place: fields.home,
        fields: if names.is_missing() { name } else { names },
        why: pick("why", "reason"),
        by: pick("by", "approver"),
        on: fields.date("on"),
        from: fields.plain_text("from"),
        to: fields.plain_text("to"),
    }
}

/// A value that SOPS encrypted, in a file whose keys are clear.
pub(super) fn encrypted<T>(text: &str, place: Place) -> Option<Fact<T>> {
    let is_encrypted = text.starts_with("ENC[") && text.ends_with(']');
    is_encrypted.then(|| Fact::Wrong { raw: "".into(), place, why: Fault::Encrypted })
}

/// A list of which an entry is encrypted.
pub(super) fn encrypted_list<T>(nodes: &[Node], place: Place) -> Option<Fact<T>> {
    nodes.iter().find_map(|node| encrypted(node.text()?, place))
}

/// Whether a text says nothing: blank, or made of dashes and the like. A rule of its own speaks of these.
pub(super) fn is_blank(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// The known name that is nearest to a misspelt one, if any is near enough to be meant.
pub fn nearest<'n>(word: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let scored = known.into_iter().map(|name| (strsim::damerau_levenshtein(word, name), name));
    let limit = (word.chars().count() / 3).max(1);
    scored
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, name)| (*distance, *name))
        .map(|(_, name)| name)
}
