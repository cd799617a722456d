//! From the events of the YAML parser to a tree: keys, duplicates, aliases, depth.

use super::super::{Entry, MAX_ALIAS_NODES, MAX_DEPTH, Map, Node, SyntaxProblem, Value};
use super::keys::{Key, accept_key};
use crate::source::Span;
use granit_parser::{Event, ScalarStyle, StructureStyle};
use std::collections::HashMap;

/// Anchored values are copied when they end, so that aliases can be answered; this bounds what is kept.
const MAX_ANCHORED: usize = 20 * MAX_ALIAS_NODES;

/// Said when an event does not fit into the tree: what follows it in its line is not read.
#[derive(Debug)]
pub(super) struct Refused;

/// A node with what aliases need to know about it.
struct Built {
    node: Node,
    weight: usize,
    height: usize,
}

/// What an anchor stands for.
enum Anchored {
    Kept(Built),
    TooLarge,
}

enum Kind {
    List(Vec<Node>),
    Map { map: Map, key: Option<Key>, seen: HashMap<Box<str>, usize> },
}

/// A list or mapping that is not closed yet.
pub(super) struct Frame {
    kind: Kind,
    start: usize,
    end: usize,
    anchor: usize,
    /// The column of its items or keys in a block; `None` between brackets.
    indent: Option<usize>,
    weight: usize,
    height: usize,
}

impl Frame {
    fn new(kind: Kind, start: usize, anchor: usize, indent: Option<usize>) -> Self {
        Self { kind, start, end: start, anchor, indent, weight: 1, height: 1 }
    }

    /// The column of its keys or items, if it is a block.
    pub(super) fn indent(&self) -> Option<usize> {
        self.indent
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    /// Where it begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }
}

/// Builds one tree, from one piece of text or from several (after an error).
pub(super) struct Builder<'t> {
    text: &'t str,
    base: usize,
    pub(super) frames: Vec<Frame>,
    /// The frames that existed before the present piece; its own root is merged into the last of them.
    floor: usize,
    resumed: bool,
    pub(super) root: Option<Node>,
    anchors: HashMap<usize, Anchored>,
    kept: usize,
    copied: usize,
    pub(super) comments: Vec<Span>,
    pub(super) problems: Vec<SyntaxProblem>,
    /// The end of the last word, bracket or quotation that was read.
    pub(super) last_end: usize,
}

impl<'t> Builder<'t> {
    /// A builder for the whole of a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            base: 0,
            frames: Vec::new(),
            floor: 0,
            resumed: false,
            root: None,
            anchors: HashMap::new(),
            kept: 0,
            copied: 0,
            comments: Vec::new(),
            problems: Vec::new(),
            last_end: 0,
        }
    }

    /// Goes on with a later piece, whose root continues the innermost open frame.
    pub(super) fn resume(&mut self, base: usize) {
        self.base = base;
        self.floor = self.frames.len();
        self.resumed = true;
        self.anchors.clear();
        self.last_end = base;
    }

    /// Opens a mapping where the text so far had none.
    pub(super) fn open_root(&mut self, start: usize, indent: usize) {
        let kind = Kind::Map { map: Map::default(), key: None, seen: HashMap::new() };
        self.root = None;
        self.frames.push(Frame::new(kind, start, 0, Some(indent)));
    }

    /// Takes one event; `Err` when it does not fit, or lies too deep.
    pub(super) fn take(&mut self, event: Event<'_>, span: granit_parser::Span) -> Result<(), Refused> {
        let range = span.byte_range().unwrap_or(0..0);
        let span = Span::new(range.start, range.end).shifted(self.base);
        if !matches!(event, Event::Comment(..)) && self.last_end < span.end as usize && !span.is_empty() {
            self.last_end = span.end as usize;
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tagged = tag.is_some_and(|tag| tag.core_suffix() == Some("str"));
                self.scalar(&text, style, tagged, span, anchor)
            }
            Event::SequenceStart(style, anchor, _) => self.start(Kind::List(Vec::new()), style, anchor, span),
            Event::MappingStart(style, anchor, _) => {
                let kind = Kind::Map { map: Map::default(), key: None, seen: HashMap::new() };
                self.start(kind, style, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if self.frames.len() > self.floor {
                    self.close(span);
                }
                Ok(())
            }
            Event::Alias(id) => self.alias(id, span),
            Event::UnresolvedAlias(name) => self.unresolved(&name, span),
            Event::Comment(..) => {
                self.comments.push(span);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tagged: bool,
        span: Span,
        anchor: usize,
    ) -> Result<(), Refused> {
        let plain = style == ScalarStyle::Plain;
        let span = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) { self.trimmed(span) } else { span };
        let node = if plain && !tagged && (span.is_empty() || matches!(text, "null" | "Null" | "NULL" | "~")) {
            Node::empty(span)
        } else {
            Node::scalar(text, span, !plain || tagged)
        };
        let weight = 1 + text.len() / 64;
        self.anchored(Built { node, weight, height: 0 }, anchor)
    }

    /// The span of a block scalar without the line ends and blank lines after its text.
    fn trimmed(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or_default();
        span.part(0..text.trim_end().len())
    }

    fn start(&mut self, kind: Kind, style: StructureStyle, anchor: usize, span: Span) -> Result<(), Refused> {
        if self.resumed && self.frames.len() == self.floor {
            self.resumed = false;
            let same = self.frames.last().is_some_and(|top| top.is_list() == matches!(kind, Kind::List(_)));
            return if same { Ok(()) } else { Err(Refused) };
        }
        if self.frames.len() >= MAX_DEPTH {
            self.problems.push(too_deep(span));
            return Err(Refused);
        }
        let start = match (&kind, style) {
            (Kind::List(_), StructureStyle::Block) => self.dash(span.start as usize),
            _ => span.start as usize,
        };
        let indent = (style == StructureStyle::Block).then(|| self.column(start));
        self.frames.push(Frame::new(kind, start, anchor, indent));
        Ok(())
    }

    /// The `-` of a block list; the parser points behind it where the list is not indented.
    fn dash(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        match self.text.as_bytes().get(at) {
            Some(b'-') => at,
            _ => before.trim_end().strip_suffix('-').map_or(at, str::len),
        }
    }

    fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        at - before.rfind('\n').map_or(0, |line_end| line_end + 1)
    }

    /// Closes the innermost frame at the span of its closing bracket (empty for a block).
    fn close(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let end = if span.is_empty() { frame.end } else { span.end as usize };
        let value = match frame.kind {
            Kind::List(items) => Value::List(items),
            Kind::Map { map, .. } => Value::Map(map),
        };
        let span = Span::new(frame.start, end);
        let node = if self.is_template(span) { self.template(span) } else { Node { span, value } };
        // The depth was checked on the way down, so a closing bracket cannot fail.
        let _ = self.anchored(Built { node, weight: frame.weight, height: frame.height }, frame.anchor);
    }

    /// Whether a mapping is `{{…}}`, which no YAML means: it is the place of a template that was not filled.
    fn is_template(&self, span: Span) -> bool {
        let written = self.text.get(span.range()).unwrap_or_default();
        written.starts_with("{{") && written.ends_with("}}") && !written.contains('\n')
    }

    fn template(&mut self, span: Span) -> Node {
        self.problems.retain(|problem| !span.contains(problem.span));
        let help = "Fill in the value; text that begins with a bracket stands in quotes.";
        self.problems.push(SyntaxProblem::new(span, "A value cannot begin with `{{`", help));
        Node::scalar(self.text.get(span.range()).unwrap_or_default(), span, false)
    }

    /// Closes everything: what was read before an error stays.
    pub(super) fn finish(&mut self) {
        self.close_to(0);
    }

    /// Closes the innermost frames until `depth` are left.
    pub(super) fn close_to(&mut self, depth: usize) {
        while self.frames.len() > depth {
            self.close(Span::default());
        }
    }

    /// Forgets the open lists and mappings between brackets.
    pub(super) fn forget_flow(&mut self) {
        while self.frames.last().is_some_and(|frame| frame.indent.is_none()) {
            self.frames.pop();
        }
    }

    /// Whether a key waits for its value.
    pub(super) fn awaits_value(&self) -> bool {
        match self.frames.last().map(|frame| &frame.kind) {
            Some(Kind::Map { key, .. }) => key.is_some(),
            Some(Kind::List(_)) => true,
            None => self.root.is_none(),
        }
    }

    /// Forgets a key whose value could not be read, or the entry that swallowed the line with the error.
    pub(super) fn forget_key(&mut self) {
        let after = self.last_end;
        let Some(Frame { kind: Kind::Map { map, key, .. }, .. }) = self.frames.last_mut() else { return };
        let swallowed = |entry: &mut Entry| {
            let written = self.text.get(entry.value.span.range()).unwrap_or_default();
            entry.value.span.end as usize == after && entry.value.text().is_some() && written.contains('\n')
        };
        if key.take().is_none() {
            map.entries.pop_if(swallowed);
        }
    }

    /// Takes text as it is written for a value that only lacks its quotes: that of a key which still waits, or
    /// that of the last one, which was read up to here.
    pub(super) fn take_text(&mut self, span: Span) {
        let after = self.last_end;
        let written = |span: Span| Node::scalar(self.text.get(span.range()).unwrap_or_default(), span, false);
        let frame = self.frames.last_mut();
        match frame.map(|frame| (&mut frame.kind, &mut frame.end)) {
            Some((Kind::Map { key: None, map, .. }, end)) => {
                let last = map.entries.last_mut().filter(|entry| entry.value.span.end as usize == after);
                let Some(Entry { value, .. }) = last else { return };
                // What was said about a part of the text, such as an unknown alias, is beside the point.
                let whole = value.span.cover(span);
                let error = self.problems.pop();
                self.problems.retain(|problem| !value.span.contains(problem.span));
                self.problems.extend(error);
                *value = written(whole);
                *end = (*end).max(whole.end as usize);
            }
            _ => {
                let node = written(span);
                self.accept_node(node);
            }
        }
    }

    fn anchored(&mut self, built: Built, anchor: usize) -> Result<(), Refused> {
        if anchor != 0 {
            let small = built.weight <= MAX_ALIAS_NODES && self.kept + built.weight <= MAX_ANCHORED;
            let kept = small.then(|| Built { node: built.node.clone(), ..built });
            self.kept += kept.as_ref().map_or(0, |kept| kept.weight);
            self.anchors.insert(anchor, kept.map_or(Anchored::TooLarge, Anchored::Kept));
        }
        self.accept(built);
        Ok(())
    }

    /// Puts a node where it belongs: into the innermost frame, or at the root.
    pub(super) fn accept_node(&mut self, node: Node) {
        self.accept(Built { node, weight: 1, height: MAX_DEPTH });
    }

    fn accept(&mut self, built: Built) {
        let Built { node, weight, height } = built;
        let text = self.text;
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.weight += weight;
        frame.height = frame.height.max(height + 1);
        frame.end = frame.end.max(node.span.end as usize);
        match &mut frame.kind {
            Kind::List(items) => items.push(node),
            Kind::Map { map, key, seen } => match key.take() {
                None => *key = Some(accept_key(text, node, map, seen, &mut self.problems)),
                Some(Key { dropped: true, .. }) => {}
                Some(Key { text: key, span, .. }) => {
                    let value = placed(text, node, span);
                    frame.end = frame.end.max(value.span.end as usize);
                    map.entries.push(Entry { key, key_span: span, value });
                }
            },
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Refused> {
        let depth = self.frames.len();
        let built = match self.anchors.get(&id) {
            None => Err("This alias stands inside the text that it refers to"),
            Some(Anchored::TooLarge) => Err("The text that this alias refers to is too large to be repeated"),
            Some(Anchored::Kept(built)) if self.copied + built.weight > MAX_ALIAS_NODES => {
                Err("The aliases of this file repeat too much text")
            }
            Some(Anchored::Kept(built)) if depth + built.height > MAX_DEPTH => {
                Err("With this alias the lists and mappings are nested too deeply")
            }
            Some(Anchored::Kept(built)) => Ok(Built { node: Node { span, value: built.node.value.clone() }, ..*built }),
        };
        let built = built.unwrap_or_else(|message| {
            let help = "Write the text out here, or link to the record that holds it.";
            // A bomb is one problem, however many aliases it is made of.
            if !self.problems.iter().any(|problem| problem.message == message) {
                self.problems.push(SyntaxProblem::new(span, message, help));
            }
            Built { node: Node::empty(span), weight: 1, height: 0 }
        });
        self.copied += built.weight;
        self.accept(built);
        Ok(())
    }

    fn unresolved(&mut self, name: &str, span: Span) -> Result<(), Refused> {
        // After an error the anchor may well stand in the part that was left out.
        if self.base == 0 {
            let message = format!("Nothing before this alias is marked `&{}`", shortened(name, 40));
            let help = "Put text that begins with `*` in quotes, or mark the text that is meant with `&`.";
            self.problems.push(SyntaxProblem::new(span, message, help));
        }
        self.accept(Built { node: Node::empty(span), weight: 1, height: 0 });
        Ok(())
    }
}

/// Text that fits into a message.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

fn too_deep(span: Span) -> SyntaxProblem {
    let message = format!("Lists and mappings are nested more than {MAX_DEPTH} levels deep here");
    SyntaxProblem::new(span, message, "Check the indentation and the brackets above this place.")
}

/// An empty value stands right behind the colon of its key.
fn placed(text: &str, mut node: Node, key: Span) -> Node {
    if node.value == Value::Empty && node.span.is_empty() {
        let rest = text.get(key.end as usize..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let colon = rest.get(gap..).is_some_and(|rest| rest.starts_with(':'));
        node.span = Span::at(key.end as usize + if colon { gap + 1 } else { 0 });
    }
    node
}
