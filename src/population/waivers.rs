//! Waivers that stand in records: the comment `closeloop: allow RULE until DATE by APPROVER: reason` next to a field.

use super::comments::html_comments;
use super::records;
use crate::config::{Rulebook, day};
use crate::document::{self, Node, Syntax, Value};
use crate::record::{Beside, Fact, Flaw, Incident, Site, Waiver, digest};
use crate::source::{Place, Source, SourceId, Span};
use aho_corasick::AhoCorasick;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The waivers that the comments of a file state, in their order.
pub(super) fn inline(book: &Rulebook, id: SourceId, source: &Source, incidents: &[Incident]) -> Vec<Waiver> {
    let Some(syntax) = Syntax::of(&source.path).filter(|_| is_mentioned(source.text())) else { return Vec::new() };
    let document = document::parse(source, syntax);
    let told = document.body.as_ref().map_or_else(Vec::new, |body| html_comments(source, body));
    let comments: Vec<Span> = document.comments.iter().copied().chain(told).collect();
    let said: Vec<(Span, Said)> = comments.iter().filter_map(|span| Some((*span, said(source, *span)?))).collect();
    if said.is_empty() {
        return Vec::new();
    }
    let nodes = records::mappings(book, source);
    let own: Vec<Span> = said.iter().map(|(span, _)| *span).collect();
    let mut neighbours = Neighbours::new(source, &nodes, &comments, own);
    let waiver = |(comment, said): (Span, Said)| {
        let neighbour = neighbours.of(comment);
        let incident = incidents.get(neighbour.record).or_else(|| incidents.first());
        waiver(book, id, source, comment, said, neighbour, incident)
    };
    said.into_iter().map(waiver).collect()
}

/// Whether a text might hold such a comment: a quick look that most texts do not pass.
pub(super) fn is_mentioned(text: &str) -> bool {
    static NAME: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(["closeloop"]).ok());
    let allows = |text: &str| text.as_bytes().windows(5).any(|found| found.eq_ignore_ascii_case(b"allow"));
    NAME.as_ref().is_none_or(|name| name.is_match(text)) && allows(text)
}

fn waiver(
    book: &Rulebook,
    id: SourceId,
    source: &Source,
    comment: Span,
    said: Said,
    neighbour: Neighbour,
    incident: Option<&Incident>,
) -> Waiver {
    let home = Place::new(id, comment);
    let absent = |place| Fact::Absent { place };
    let text = |span: Option<Span>| match span.map(|span| (source.slice(span), Place::new(id, span))) {
        Some((text, place)) if !text.is_empty() => Fact::stated(text.into(), place),
        _ => absent(home),
    };
    let record = incident.and_then(Incident::id).unwrap_or_else(|| source.path.as_str());
    let expires = said
        .until
        .map_or(Fact::Absent { place: home }, |span| day(source.slice(span), Place::new(id, span), &book.calendar));
    Waiver {
        home,
        site: Site::Comment(neighbour.beside),
        rule: text(said.rule),
        record: Fact::stated(record.into(), home),
        field: neighbour.field.map_or_else(|| absent(home), |field| Fact::stated(field.into(), home)),
        reason: text(said.reason),
        approver: text(said.by),
        created: Fact::Absent { place: home },
        expires,
    }
}

/// The parts of a comment, as far as they are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Said {
    rule: Option<Span>,
    until: Option<Span>,
    by: Option<Span>,
    reason: Option<Span>,
}

/// What a comment says after `closeloop: allow`; `None` of one that does not begin so.
fn said(source: &Source, comment: Span) -> Option<Said> {
    let text = source.slice(comment);
    let inner = text.strip_prefix("<!--").map_or(text, |text| text.strip_suffix("-->").unwrap_or(text));
    let inner = inner.trim_start_matches(['#', ' ', '\t', '\r', '\n']).trim_end();
    let rest = after_word(inner, "closeloop")?.trim_start();
    let rest = after_word(rest.strip_prefix(':').unwrap_or(rest).trim_start(), "allow")?;
    if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return None;
    }
    // The parts are slices of the comment, so that each has its place.
    let span = |part: &str| {
        let part = part.trim();
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        (!part.is_empty()).then(|| comment.part(start..start + part.len()))
    };
    let (rule, rest) = divided(rest, "until");
    let (until, rest) = rest.map_or((None, None), |rest| {
        let (until, rest) = divided(rest, "by");
        (Some(until), rest)
    });
    let (by, reason) = rest.map_or((None, None), |rest| match rest.split_once(':') {
        Some((by, reason)) => (Some(by), Some(reason)),
        None => (Some(rest), None),
    });
    Some(Said { rule: span(rule), until: until.and_then(span), by: by.and_then(span), reason: reason.and_then(span) })
}

/// Whether an HTML comment does not end.
fn is_unclosed(comment: &str) -> bool {
    comment.starts_with("<!--") && !comment.ends_with("-->")
}

/// What follows a word that a text begins with, whatever its case.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// A text before and after the first place where a word stands alone; the second is `None` where it stands nowhere.
fn divided<'t>(text: &'t str, word: &str) -> (&'t str, Option<&'t str>) {
    let is_end = |c: Option<char>| c.is_none_or(char::is_whitespace);
    for (at, found) in text.match_indices(word) {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + found.len()..).unwrap_or_default());
        if is_end(before.chars().next_back()) && is_end(after.chars().next()) {
            return (before, Some(after));
        }
    }
    (text, None)
}

/// What a comment stands next to.
struct Neighbour {
    beside: Beside,
    /// The dotted path of what stands there.
    field: Option<String>,
    /// Which record of the file it belongs to.
    record: usize,
}

/// The lines of a file and the keys on them.
struct Neighbours<'a> {
    source: &'a Source,
    /// Where each line begins that holds more than comments.
    lines: Vec<u32>,
    marks: Vec<Mark<'a>>,
    /// The comments that are waivers.
    waivers: Vec<Span>,
    known: HashMap<u32, (u64, Option<Flaw>)>,
}

/// A key, or an entry of a list.
struct Mark<'a> {
    at: u32,
    end: u32,
    above: Option<usize>,
    name: Name<'a>,
    /// Whether it is an entry of a list that has keys of its own.
    is_item: bool,
    record: usize,
}

enum Name<'a> {
    Key(&'a str),
    Item(&'a str),
    Number(usize),
}

/// No field of the format has a longer path.
const LONGEST_PATH: usize = 400;

impl<'a> Neighbours<'a> {
    fn new(source: &'a Source, nodes: &'a [Node], comments: &[Span], waivers: Vec<Span>) -> Self {
        let mut marks = Vec::new();
        for (record, node) in nodes.iter().enumerate() {
            mark(node, None, record, &mut marks);
        }
        // What lies further out was noted first, and stays first among equals.
        let mut order: Vec<usize> = (0..marks.len()).collect();
        order.sort_by_key(|index| marks[*index].at);
        let mut new = vec![0; order.len()];
        order.iter().enumerate().for_each(|(to, from)| new[*from] = to);
        let mut sorted: Vec<(usize, Mark<'a>)> = marks.into_iter().enumerate().collect();
        sorted.sort_by_key(|(from, _)| new[*from]);
        let marks = sorted.into_iter().map(|(_, mark)| Mark { above: mark.above.map(|above| new[above]), ..mark });
        Self { source, lines: lines(source, comments), marks: marks.collect(), waivers, known: HashMap::new() }
    }

    fn of(&mut self, comment: Span) -> Neighbour {
        let own = self.source.line_at(comment.start);
        let begin = Span::new(own.start as usize, comment.start as usize);
        let is_alone = self.source.slice(begin).trim().is_empty();
        let line = match is_alone {
            true => self.lines.get(self.lines.partition_point(|line| *line < comment.end)).copied(),
            false => Some(own.start),
        };
        let unclosed = is_unclosed(self.source.slice(comment)).then_some(Flaw::Unclosed);
        let Some(start) = line else {
            return Neighbour { beside: Beside { line, digest: 0, flaw: unclosed }, field: None, record: 0 };
        };
        let mark = self.mark_on(self.source.line_at(start));
        let (digest, flaw) = self.about(start);
        Neighbour {
            beside: Beside { line, digest, flaw: unclosed.or(flaw) },
            field: mark.and_then(|mark| self.path(mark)),
            record: mark.map_or(0, |mark| self.marks[mark].record),
        }
    }

    /// The first key that begins on a line; where none does, the innermost one whose value goes on there.
    fn mark_on(&self, line: Span) -> Option<usize> {
        let first = self.marks.partition_point(|mark| mark.at < line.start);
        if self.marks.get(first).is_some_and(|mark| mark.at < line.end) {
            return Some(first);
        }
        let mut mark = first.checked_sub(1);
        while let Some(at) = mark {
            if self.marks[at].end > line.start {
                return Some(at);
            }
            mark = self.marks[at].above;
        }
        None
    }

    fn path(&self, mark: usize) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        let (mut length, mut at) = (0, Some(mark));
        while let Some(mark) = at.map(|at| &self.marks[at]) {
            let name = match mark.name {
                Name::Key(key) | Name::Item(key) if key.len() > LONGEST_PATH => return None,
                Name::Key(key) | Name::Item(key) => key.to_owned(),
                Name::Number(number) => number.to_string(),
            };
            length += name.len();
            if length > LONGEST_PATH {
                return None;
            }
            names.push(name);
            at = mark.above;
        }
        names.reverse();
        Some(names.join("."))
    }

    /// A digest of a line without its waivers, and whether what it holds is too much for one.
    fn about(&mut self, start: u32) -> (u64, Option<Flaw>) {
        if let Some(known) = self.known.get(&start) {
            return *known;
        }
        let line = self.source.line_at(start);
        let first = self.waivers.partition_point(|waiver| waiver.end <= line.start);
        let (mut rest, mut at) = (String::new(), line.start);
        for waiver in self.waivers.iter().skip(first).take_while(|waiver| waiver.start < line.end) {
            rest.push_str(self.source.slice(Span::new(at as usize, waiver.start.max(at) as usize)).trim_end());
            at = waiver.end.min(line.end);
        }
        rest.push_str(self.source.slice(Span::new(at as usize, line.end.max(at) as usize)));
        let about = (digest(&rest), self.holds_several(line).then_some(Flaw::Several));
        self.known.insert(start, about);
        about
    }

    /// Whether more than one field, or more than one item, begins on a line: what is added to it is covered unseen.
    fn holds_several(&self, line: Span) -> bool {
        let first = self.marks.partition_point(|mark| mark.at < line.start);
        let Some(outer) = self.marks.get(first).filter(|mark| mark.at < line.end) else { return false };
        let more = self.marks.get(first + 1..).unwrap_or_default();
        let mut on_line = more.iter().take_while(|mark| mark.at < line.end);
        let mut inner = more.iter().take_while(|mark| mark.at < outer.end).filter(|mark| mark.is_item);
        on_line.clone().any(|mark| mark.at >= outer.end) || on_line.any(|mark| mark.is_item) && inner.nth(1).is_some()
    }
}

/// Notes the keys of a mapping, and the entries of its lists, with what lies below them.
fn mark<'a>(node: &'a Node, above: Option<usize>, record: usize, marks: &mut Vec<Mark<'a>>) {
    let mut note = |at: Span, node: &'a Node, name: Name<'a>| {
        let is_item = matches!(name, Name::Number(_) | Name::Item(_)) && node.map().is_some();
        marks.push(Mark { at: at.start, end: node.span.end.max(at.end), above, name, is_item, record });
        let index = marks.len() - 1;
        mark(node, Some(index), record, marks);
    };
    match &node.value {
        Value::Map(map) => {
            map.entries.iter().for_each(|entry| note(entry.key_span, &entry.value, Name::Key(&entry.key)))
        }
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                let id = item.map().and_then(|map| map.get("id")).and_then(Node::text).filter(|id| !id.is_empty());
                note(item.span, item, id.map_or(Name::Number(number), Name::Item));
            }
        }
        Value::Empty | Value::Scalar(_) => {}
    }
}

/// Where each line begins that holds something besides blanks and comments.
fn lines(source: &Source, comments: &[Span]) -> Vec<u32> {
    let text = source.text();
    let (mut lines, mut start) = (Vec::new(), 0_usize);
    let mut comments = comments.iter().copied().peekable();
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let (mut at, mut is_content) = (start, false);
        // Comments come in order; one of several lines is still there for the next.
        while let Some(comment) = comments.peek().filter(|comment| (comment.start as usize) < end) {
            let before = text.get(at..(comment.start as usize).max(at)).unwrap_or_default();
            is_content |= !before.trim().is_empty();
            at = (comment.end as usize).max(at);
            if at > end {
                break;
            }
            comments.next();
        }
        is_content |= text.get(at.min(end)..end).is_some_and(|rest| !rest.trim().is_empty());
        if is_content {
            lines.push(Span::at(start).start);
        }
        start = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::record::TextFact;
    use crate::source::RepoPath;

    const ALLOW: &str = "closeloop: allow overdue-action until 2026-09-30 by coo: the tokens come late";

    /// Rule, field and the text of the line beside, of each waiver of a file.
    fn read(path: &str, text: &str) -> Vec<(String, String, String)> {
        let book = load(None, &[], None).unwrap();
        let source = Source::from_text(RepoPath::new(path), text);
        let waivers = inline(&book, SourceId(0), &source, &[]);
        let told = |waiver: Waiver| {
            let Site::Comment(beside) = waiver.site else { panic!("{waiver:?}") };
            let line = beside.line.map_or("", |line| source.slice(source.line_at(line)));
            let word = |fact: &TextFact| fact.text().unwrap_or_default().to_owned();
            let line = line.trim().chars().take(40).collect();
            (word(&waiver.rule), word(&waiver.field), line)
        };
        waivers.into_iter().map(told).collect()
    }

    fn fields(path: &str, text: &str) -> Vec<String> {
        read(path, text).into_iter().map(|(_, field, _)| field).collect()
    }

    #[test]
    fn a_comment_stands_next_to_a_field_in_yaml() {
        let text = format!(
            "id: INC-1\nstatus: open  # {ALLOW}\nactions:\n  # {ALLOW}\n  # more\n  - id: A1\n    due: 2026-05-15 # {ALLOW}\n  \
             - text: x\n    # {ALLOW}\n    due: Q3\nreviews:\n  - {{ date: 2026-05-01 }}  # {ALLOW}\n# {ALLOW}\n"
        );
        let found = fields("a.yaml", &text);
        assert_eq!(found, ["status", "actions.A1", "actions.A1.due", "actions.1.due", "reviews.0", ""]);
        let front = format!("---\nid: INC-1\n# {ALLOW}\nclosed: 2026-03-02\n---\n\nText.\n");
        assert_eq!(fields("a.md", &front), ["closed"]);
    }

    #[test]
    fn a_comment_stands_next_to_a_field_in_toml() {
        let text = format!(
            "id = 'INC-1'\n# {ALLOW}\n[[actions]]\nid = 'A1'\ndue = 'Q3' # {ALLOW}\n[links] # {ALLOW}\nrisks = []\n"
        );
        assert_eq!(fields("a.toml", &text), ["actions.A1", "actions.A1.due", "links"]);
    }

    #[test]
    fn a_comment_in_a_story_stands_next_to_a_line() {
        let text = format!(
            "---\nid: INC-1\n---\n\n<!-- {ALLOW} -->\n<!-- more -->\n\nFirst.\nSecond. <!--\n{ALLOW}\n-->\n\n```html\n<!-- {ALLOW} \
             -->\n```\n\nAs `<!-- {ALLOW} -->` says.\n"
        );
        let lines: Vec<String> = read("a.md", &text).into_iter().map(|(_, _, line)| line).collect();
        assert_eq!(lines, ["First.", "Second. <!--"]);
        for code in ["` <!-- WAIVER --> `", "``a ` <!-- WAIVER -->``", "`over\nlines <!-- WAIVER -->`"] {
            let text = format!("---\nid: INC-1\n---\n\nAs {} says.\n", code.replace("WAIVER", ALLOW));
            assert!(read("a.md", &text).is_empty(), "{text}");
        }
        for text in ["A ` tick.\n\nNo code <!-- WAIVER --> here, `x`.\n", "A `tick`. <!-- WAIVER -->\n"] {
            assert_eq!(read("a.md", &format!("---\nid: INC-1\n---\n\n{}", text.replace("WAIVER", ALLOW))).len(), 1);
        }
    }

    #[test]
    fn what_begins_like_a_waiver_is_one_however_broken() {
        for (text, rule) in [
            ("# closeloop: allow", ""),
            ("# Closeloop:allow late-review", "late-review"),
            ("# CLOSELOOP: Allow late-review", "late-review"),
            ("## closeloop allow late-review because", "late-review because"),
        ] {
            let found = read("a.yaml", &format!("id: INC-1\n{text}\ntitle: x\n"));
            assert_eq!(found, [(rule.to_owned(), "title".to_owned(), "title: x".to_owned())], "{text}");
        }
        assert!(read("a.yaml", "id: INC-1\n# closeloop allows this\n# see closeloop: allow x\ntitle: x\n").is_empty());
    }

    #[test]
    fn many_comments_cost_little() {
        let comments = format!("# {ALLOW}\n").repeat(20_000);
        let text = format!("id: INC-1\n{comments}title: {}\n", "x ".repeat(500_000));
        assert!(fields("a.yaml", &text).iter().all(|field| field == "title"));
    }
}
