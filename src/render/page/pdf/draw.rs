//! Leaves as a PDF.

use super::face::{Faces, Letter};
use super::flow::Flow;
use super::leaf::{Bookmark, Child, Edge, Form, Ink, Leaf, Mark, Node, Outline, Role, Run, Seen, Stroke, Tone};
use crate::text::shorten;
use krilla::Document;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::{Destination, XyzDestination};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::outline::OutlineNode;
use krilla::page::PageSettings;
use krilla::paint::{Fill, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TextDecorationType,
};
use krilla::text::KrillaGlyph;
use std::num::{NonZeroU16, NonZeroU32};
use std::rc::Rc;

/// What was drawn of each mark, in order.
pub(super) type Drawn = Vec<Vec<Identifier>>;

/// Words that lead to a section.
struct Way {
    mark: u32,
    to: Rc<str>,
    words: String,
    from: (f32, f32),
    until: (f32, f32),
}

/// The longest title, and the longest description of a picture, in characters. The standard ends at 32,767 bytes.
const TITLE: usize = 300;
const DESCRIPTION: usize = 8_000;

/// A title for lists, where one has to say something.
fn title(text: &str) -> String {
    if text.trim().is_empty() { "–".to_owned() } else { shorten(text, TITLE) }
}

/// Draws all leaves.
pub(super) fn leaves(document: &mut Document, flow: &Flow<'_>) -> Drawn {
    let mut drawn = Drawn::new();
    for leaf in &flow.leaves {
        let Some(settings) = PageSettings::from_wh(leaf.width, leaf.height) else { continue };
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        inks(&mut surface, leaf, flow.faces, &mut drawn);
        surface.finish();
        for way in ways(leaf) {
            let place = flow.places.get(&*way.to).map(|(leaf, y)| XyzDestination::new(*leaf, Point::from_xy(0.0, *y)));
            let area = Rect::from_ltrb(way.from.0, way.from.1, way.until.0, way.until.1);
            let Some((place, area)) = place.zip(area) else { continue };
            let link = LinkAnnotation::new(area, Target::Destination(Destination::Xyz(place)));
            let drawn_link = page.add_tagged_annotation(Annotation::new_link(link, Some(title(&way.words))));
            keep(&mut drawn, way.mark, drawn_link);
        }
        page.finish();
    }
    drawn
}

fn keep(drawn: &mut Drawn, mark: u32, one: Identifier) {
    let at = usize::try_from(mark).unwrap_or(usize::MAX - 1);
    if drawn.len() <= at {
        drawn.resize(at + 1, Vec::new());
    }
    drawn.get_mut(at).into_iter().for_each(|all| all.push(one));
}

/// What stands together and belongs to one thing is drawn as one.
fn inks(surface: &mut Surface<'_>, leaf: &Leaf, faces: &Faces, drawn: &mut Drawn) {
    for some in leaf.inks.chunk_by(|one, other| one.mark() == other.mark()) {
        let Some(first) = some.first() else { continue };
        let kind = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
        let tag = match (first.mark(), first) {
            (Mark::Head, _) => kind(ArtifactType::Header),
            (Mark::Foot, _) => kind(ArtifactType::Footer),
            (Mark::Layout, _) => kind(ArtifactType::Layout),
            (Mark::Of(_), Ink::Run(_)) => ContentTag::Span(SpanTag::empty()),
            (Mark::Of(_), Ink::Form(_)) => ContentTag::Other,
        };
        let one = surface.start_tagged(tag);
        for ink in some {
            match ink {
                Ink::Run(run) => words(surface, run, faces),
                Ink::Form(form) => self::form(surface, form),
            }
        }
        surface.end_tagged();
        if let Mark::Of(mark) = first.mark() {
            keep(drawn, mark, one);
        }
    }
}

fn colour(tone: Tone) -> rgb::Color {
    let [red, green, blue] = tone.rgb();
    rgb::Color::new(red, green, blue)
}

fn fill(tone: Tone) -> Option<Fill> {
    Some(Fill { paint: colour(tone).into(), ..Fill::default() })
}

fn stroke(edge: Edge) -> Option<krilla::paint::Stroke> {
    let dash = edge.is_dashed.then(|| StrokeDash { array: vec![2.2, 2.2], offset: 0.0 });
    Some(krilla::paint::Stroke { paint: colour(edge.tone).into(), width: edge.width, dash, ..Default::default() })
}

fn words(surface: &mut Surface<'_>, run: &Run, faces: &Faces) {
    surface.set_fill(fill(run.style.tone));
    surface.set_stroke(None);
    let advances = faces.letters(&run.text, run.face);
    let mut glyphs = Vec::with_capacity(advances.len());
    for ((at, sign), letter) in run.text.char_indices().zip(advances) {
        let glyph = faces.glyph(Letter { face: run.face, ..letter });
        let range = at..at + sign.len_utf8();
        glyphs.push(KrillaGlyph::new(glyph, letter.advance, 0.0, 0.0, 0.0, range, None));
    }
    surface.draw_glyphs(Point::from_xy(run.x, run.y), &glyphs, faces.font(run.face), &run.text, run.size, false);
    let shown = run.width * if run.text.ends_with(' ') && run.text.len() == 1 { 0.0 } else { 1.0 };
    let y = match run.style.stroke {
        Some(Stroke::Under) => run.y + run.size * 0.14,
        Some(Stroke::Through) => run.y - run.size * 0.26,
        None => return,
    };
    let edge = Edge { tone: run.style.tone, width: run.size * 0.06, is_dashed: false };
    path(surface, &Outline::Open(vec![(run.x, y), (run.x + shown, y)]), None, Some(edge));
}

fn form(surface: &mut Surface<'_>, form: &Form) {
    path(surface, &form.outline, form.fill, form.edge);
}

fn path(surface: &mut Surface<'_>, outline: &Outline, tone: Option<Tone>, edge: Option<Edge>) {
    let mut builder = PathBuilder::new();
    match outline {
        Outline::Open(places) => polygon(&mut builder, places),
        Outline::Closed(places) => {
            polygon(&mut builder, places);
            builder.close();
        }
        Outline::Circle { x, y, radius } => circle(&mut builder, *x, *y, *radius),
    }
    surface.set_fill(tone.and_then(fill));
    surface.set_stroke(edge.and_then(stroke));
    builder.finish().iter().for_each(|path| surface.draw_path(path));
}

fn polygon(builder: &mut PathBuilder, places: &[(f32, f32)]) {
    for (at, (x, y)) in places.iter().enumerate() {
        if at == 0 { builder.move_to(*x, *y) } else { builder.line_to(*x, *y) }
    }
}

/// Four curves, which differ from a circle by less than anybody sees.
fn circle(builder: &mut PathBuilder, x: f32, y: f32, r: f32) {
    let k = r * 0.5523;
    builder.move_to(x + r, y);
    builder.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
    builder.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
    builder.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
    builder.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
    builder.close();
}

/// The links of a leaf; words on one line are one.
fn ways(leaf: &Leaf) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for ink in &leaf.inks {
        let Ink::Run(run) = ink else { continue };
        let (Some(to), Mark::Of(mark)) = (&run.style.link, run.style.mark) else { continue };
        let (from, until) = ((run.x, run.y - run.size * 1.05), (run.x + run.width.max(1.0), run.y + run.size * 0.3));
        match ways.last_mut() {
            Some(way) if way.mark == mark && way.from.1 == from.1 => {
                way.until.0 = way.until.0.max(until.0);
                way.words.push_str(&run.text);
            }
            _ => ways.push(Way { mark, to: Rc::clone(to), words: run.text.clone(), from, until }),
        }
    }
    ways
}

/// The structure, with what was drawn in its places.
pub(super) fn tags(node: &Node, drawn: &Drawn) -> TagGroup {
    let mut group = TagGroup::new(tag(&node.role));
    for child in &node.children {
        match child {
            Child::Node(node) => group.push(tags(node, drawn)),
            Child::Mark(mark) => {
                let all = usize::try_from(*mark).ok().and_then(|at| drawn.get(at));
                all.into_iter().flatten().for_each(|one| group.push(*one));
            }
        }
    }
    group
}

fn tag(role: &Role) -> TagKind {
    let rows = |rows: u32| NonZeroU32::new(rows).filter(|rows| rows.get() > 1);
    match role {
        Role::Section => Tag::Section.into(),
        Role::Heading(level, title) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(self::title(title))).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Contents => Tag::TOC.into(),
        Role::Entry => Tag::TOCI.into(),
        Role::List => Tag::L(ListNumbering::Disc).into(),
        Role::Terms => Tag::L(ListNumbering::None).into(),
        Role::Point => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Code => Tag::Code.into(),
        Role::Link => Tag::Link.into(),
        Role::Struck(Stroke::Under) => Tag::Span.with_text_decoration_type(Some(TextDecorationType::Underline)).into(),
        Role::Struck(Stroke::Through) => {
            Tag::Span.with_text_decoration_type(Some(TextDecorationType::LineThrough)).into()
        }
        Role::Table => Tag::Table.into(),
        Role::Caption => Tag::Caption.into(),
        Role::Head => Tag::THead.into(),
        Role::Rows => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::Column => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHead(count) => Tag::TH(TableHeaderScope::Row).with_row_span(rows(*count)).into(),
        Role::Cell(count) => Tag::TD.with_row_span(rows(*count)).into(),
        Role::Figure(seen) => figure(seen),
    }
}

fn figure(seen: &Seen) -> TagKind {
    let area = Rect::from_ltrb(seen.from.0, seen.from.1, seen.to.0, seen.to.1);
    Tag::Figure(Some(shorten(&seen.says, DESCRIPTION))).with_bbox(area.map(|area| BBox::new(seen.leaf, area))).into()
}

/// A bookmark with those of its parts.
pub(super) fn bookmark(mark: &Bookmark) -> OutlineNode {
    let place = XyzDestination::new(mark.leaf, Point::from_xy(0.0, mark.y));
    let mut node = OutlineNode::new(title(&mark.title), place);
    mark.parts.iter().for_each(|part| node.push_child(bookmark(part)));
    node
}
