//! The verdict for people who read a terminal or a log: each finding with the text that it is about, then the
//! summary.

use super::excerpt::{Excerpt, excerpts};
use super::summary;
use crate::config::Level;
use crate::rules;
use crate::source::{Place, Position, SourceId, Sources, Span};
use crate::text::{Text, calm};
use crate::verdict::{Judged, JudgedRelated, Problem, Verdict};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level as Colour, Origin, Renderer, Snippet};

/// The most findings that are drawn.
pub const MOST_DRAWN: usize = 200;
/// The most lines of notes.
const MOST_NOTES: usize = 40;
/// The most findings of the baseline, which was written to be quiet.
const MOST_HELD: usize = 10;
/// The most files that were not read, in the summary.
const MOST_FILES: usize = 20;
/// The most second places of one finding.
const MOST_RELATED: usize = 8;
/// How many of the worst findings the summary repeats.
const WORST: usize = 5;

/// Where the pages of the rules are; terminals make a link of it.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/");

/// How text is shown.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether escape sequences for colours are written.
    pub colour: bool,
    /// The exit code that the run will have.
    pub exit_code: u8,
}

/// The whole verdict.
pub fn render(verdict: &Verdict, sources: &Sources, look: Look) -> String {
    let pen = Pen::new(look.colour);
    let mut out = String::new();
    for problem in &verdict.problems {
        out.push_str(&pen.problem(problem, sources));
    }
    // Worst first only where not everything is drawn; else in the order of the files.
    let weighed = summary::by_weight(verdict);
    let drawn: Vec<&Judged> = if weighed.len() > MOST_DRAWN {
        weighed.iter().take(MOST_DRAWN).copied().collect()
    } else {
        let is_drawn = |finding: &&Judged| finding.level > Level::Note && finding.is_told();
        verdict.findings.iter().filter(is_drawn).collect()
    };
    for finding in &drawn {
        out.push_str(&pen.finding(finding, sources));
    }
    if weighed.len() > drawn.len() {
        let more = summary::count(weighed.len() - drawn.len(), "more finding");
        out.push_str(&format!(
            "{more} not drawn here: the {MOST_DRAWN} worst are above, `--output json` has them all.\n\n"
        ));
    }
    out.push_str(&pen.summary(verdict, look));
    calm(&out)
}

/// Problems alone, for commands that only read.
pub fn problems(problems: &[Problem], sources: &Sources, colour: bool) -> String {
    let pen = Pen::new(colour);
    calm(&problems.iter().map(|problem| pen.problem(problem, sources)).collect::<String>())
}

/// What draws: with colours or without.
struct Pen {
    renderer: Renderer,
    colour: bool,
}

/// One thing to draw.
struct Drawing<'a> {
    level: Colour<'static>,
    id: &'a str,
    title: &'a Text,
    place: Option<Place>,
    /// Where it begins, for a place whose text is not there to be drawn.
    start: Option<Position>,
    related: &'a [JudgedRelated],
    why: Option<&'a Text>,
    help: &'a Text,
}

impl Pen {
    fn new(colour: bool) -> Self {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        Self { renderer: renderer.decor_style(DecorStyle::Ascii).term_width(110), colour }
    }

    fn finding(&self, finding: &Judged, sources: &Sources) -> String {
        let drawing = Drawing {
            level: colour(finding.level),
            id: &finding.rule,
            title: &finding.message,
            place: Some(finding.place),
            start: finding.start,
            related: &finding.related[..finding.related.len().min(MOST_RELATED)],
            why: Some(&finding.why),
            help: &finding.help,
        };
        self.draw(&drawing, sources)
    }

    fn problem(&self, problem: &Problem, sources: &Sources) -> String {
        let drawing = Drawing {
            level: Colour::ERROR,
            id: "could-not-check",
            title: &problem.message,
            place: problem.place,
            start: problem.start,
            related: &[],
            why: None,
            help: &problem.help,
        };
        self.draw(&drawing, sources)
    }

    fn draw(&self, drawing: &Drawing<'_>, sources: &Sources) -> String {
        let id = Text::new(drawing.id);
        let mut title = drawing.level.clone().primary_title(drawing.title.as_str()).id(id.as_str());
        if self.colour && rules::find(id.as_str()).is_some() {
            title = title.id_url(format!("{PAGES}{}.md", id.as_str()));
        }
        let mut group = Group::with_title(title).elements(places(drawing, sources));
        let landings = landings(drawing);
        for landing in &landings {
            group = group.element(Colour::NOTE.with_name("git").message(landing.as_str()));
        }
        let others = others(drawing);
        for other in &others {
            group = group.element(Colour::NOTE.with_name("see").message(other.as_str()));
        }
        if let Some(why) = drawing.why.filter(|why| !why.as_str().is_empty()) {
            group = group.element(Colour::NOTE.with_name("why").message(why.as_str()));
        }
        if !drawing.help.as_str().is_empty() {
            group = group.element(Colour::HELP.with_name("do").message(drawing.help.as_str()));
        }
        tidy(&self.renderer.render(&[group])) + "\n\n"
    }

    fn bold(&self, text: &str) -> String {
        let style = anstream_style(self.colour);
        format!("{style}{text}{style:#}")
    }

    fn summary(&self, verdict: &Verdict, look: Look) -> String {
        let mut out = String::new();
        if verdict.rules.is_empty() {
            return format!("{}\n", summary::closing(verdict, look.exit_code));
        }
        let notes = summary::notes(verdict);
        if !notes.is_empty() {
            self.section(&mut out, "Notes", bounded(notes, MOST_NOTES, "line"));
        }
        self.section(&mut out, "Learned", vec![summary::learned(verdict)]);
        let mut read = vec![summary::read(verdict)];
        read.extend(summary::history(verdict));
        read.extend(verdict.history.notes.iter().map(|note| format!("remark on history: {note}")));
        let unread = summary::unread(verdict).into_iter().map(|(path, why)| format!("not read: {path}: {why}"));
        read.extend(bounded(unread.collect(), MOST_FILES, "file that was not read"));
        read.extend(verdict.notes.iter().map(|note| format!("remark: {note}")));
        self.section(&mut out, "Read", read);
        let mut tested = vec![summary::tested(verdict)];
        tested.extend(summary::not_run(verdict).into_iter().map(|line| format!("not run: {line}")));
        self.section(&mut out, "Tested", tested);
        let existing: Vec<String> = summary::existing(verdict).into_iter().map(summary::line).collect();
        if !existing.is_empty() {
            self.section(&mut out, "Existing in the base, which fail no run", bounded(existing, MOST_NOTES, "finding"));
        }
        let waived = summary::waived(verdict);
        if !waived.is_empty() {
            self.section(&mut out, "Waived, which fail no run", bounded(waived, MOST_NOTES, "finding"));
        }
        let held = summary::baselined(verdict);
        if !held.is_empty() {
            self.section(&mut out, "In the baseline, which fail no run", bounded(held, MOST_HELD, "finding"));
        }
        let weighed = summary::by_weight(verdict);
        if weighed.len() > 1 {
            self.section(&mut out, "Worst first", weighed.iter().take(WORST).map(|f| summary::line(f)).collect());
        }
        out.push_str(&self.bold(&summary::tally(verdict)));
        out.push_str(&format!(".\n{}\n", summary::closing(verdict, look.exit_code)));
        if !weighed.is_empty() {
            out.push_str("`closeloop explain RULE` says more about a rule.\n");
        }
        out
    }

    fn section(&self, out: &mut String, title: &str, lines: Vec<String>) {
        out.push_str(&self.bold(title));
        out.push('\n');
        for line in lines {
            out.push_str("  ");
            out.push_str(&line);
            out.push('\n');
        }
        out.push('\n');
    }
}

fn anstream_style(colour: bool) -> annotate_snippets::renderer::Style {
    let plain = annotate_snippets::renderer::Style::new();
    if colour { plain.bold() } else { plain }
}

fn colour(level: Level) -> Colour<'static> {
    match level {
        Level::Error => Colour::ERROR,
        Level::Warning => Colour::WARNING,
        Level::Note => Colour::NOTE,
    }
}

/// The first lines, and how many more there are.
fn bounded(mut lines: Vec<String>, most: usize, noun: &str) -> Vec<String> {
    let more = lines.len().saturating_sub(most);
    if more > 0 {
        lines.truncate(most);
        lines.push(format!("and {more} more {noun}{}; `--output json` has them all", if more == 1 { "" } else { "s" }));
    }
    lines
}

/// What the landings of a finding did, in their order: files as a whole, in which there is nothing to underline.
fn landings(drawing: &Drawing<'_>) -> Vec<String> {
    let landed = drawing.related.iter().filter(|related| related.commit.is_some());
    landed.map(|related| format!("{}: {}", summary::path(&related.path), related.message)).collect()
}

/// Second places whose text is not there to be drawn.
fn others(drawing: &Drawing<'_>) -> Vec<String> {
    let is_bare = |related: &&JudgedRelated| related.commit.is_none() && is_bare(related.place, related.start);
    let bare = drawing.related.iter().filter(is_bare);
    bare.map(|related| format!("{}: {}", summary::spot(&related.path, related.start), related.message)).collect()
}

/// Whether a place has a position and no text: a whole file has neither.
fn is_bare(place: Place, start: Option<Position>) -> bool {
    matches!(place, Place::File(_)) && start.is_some()
}

/// The places of a drawing: those of one file together, its own file first.
fn places<'a>(drawing: &Drawing<'a>, sources: &Sources) -> Vec<Element<'a>> {
    let in_text = drawing.related.iter().filter(|one| one.commit.is_none() && !is_bare(one.place, one.start));
    let related = in_text.map(|related| (related.place, Some(related.message.as_str())));
    let all: Vec<(Place, Option<&str>)> = drawing.place.map(|place| (place, None)).into_iter().chain(related).collect();
    let mut files: Vec<SourceId> = Vec::new();
    for (place, _) in &all {
        if !files.contains(&place.source()) {
            files.push(place.source());
        }
    }
    let mut elements = Vec::new();
    if let Some((place, start)) =
        drawing.place.zip(drawing.start).filter(|(place, start)| is_bare(*place, Some(*start)))
    {
        let path = summary::path(sources.path(place)).to_string();
        elements.push(Origin::path(path).line(start.line as usize).char_column(start.column as usize).into());
        files.retain(|file| *file != place.source());
    }
    for file in files {
        let here: Vec<_> = all.iter().filter(|(place, _)| place.source() == file).copied().collect();
        draw_file(file, &here, sources, &mut elements);
    }
    elements
}

fn draw_file<'a>(file: SourceId, places: &[(Place, Option<&'a str>)], sources: &Sources, into: &mut Vec<Element<'a>>) {
    let source = sources.get(file);
    let path = summary::path(&source.path).to_string();
    let in_text: Vec<_> = places.iter().filter(|(place, _)| matches!(place, Place::Text { .. })).copied().collect();
    let spans: Vec<Span> = in_text.iter().map(|(place, _)| place.span()).collect();
    if spans.is_empty() {
        into.push(Origin::path(path).into());
        return;
    }
    for piece in excerpts(source, &spans) {
        let Excerpt { start, first_line, text, marks } = piece;
        let origin = Origin::path(path.clone()).line(start.line as usize).char_column(start.column as usize);
        into.push(origin.into());
        let annotations = marks.into_iter().map(|(index, range)| match in_text.get(index) {
            Some((_, Some(label))) => AnnotationKind::Context.span(range).label(*label),
            _ => AnnotationKind::Primary.span(range),
        });
        let snippet = Snippet::<Annotation<'_>>::source(text).line_start(first_line as usize);
        into.push(snippet.annotations(annotations).into());
    }
}

/// Leaves out the marks that stand for a snippet without a path: the path stands above with its line and column,
/// which the cleaned text alone would not give. A further file gets the arrow of the first one, since a line that
/// begins with colons means something to a build log.
fn tidy(drawn: &str) -> String {
    let mut lines: Vec<std::borrow::Cow<'_, str>> = Vec::new();
    for line in drawn.lines().map(str::trim_end) {
        let plain = line.contains(":::").then(|| anstream::adapter::strip_str(line).to_string());
        match plain.as_deref().map(str::trim) {
            Some(":::") => {}
            Some(plain) if plain.starts_with(":::") => lines.push(line.replacen(":::", "-->", 1).into()),
            _ => lines.push(line.into()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{RepoPath, Source};

    fn draw(texts: &[&str], places: &[(u32, Span)]) -> String {
        let named = |(n, text): (usize, &&str)| Source::from_text(RepoPath::new(format!("{n}.md")), *text);
        let sources = Sources::new(texts.iter().enumerate().map(named).collect());
        let place = |(source, span): &(u32, Span)| Place::new(SourceId(*source), *span);
        let related: Vec<JudgedRelated> = places[1..]
            .iter()
            .map(|at| JudgedRelated {
                path: RepoPath::new("unused"),
                place: place(at),
                start: None,
                end: None,
                message: "this one".into(),
                commit: None,
            })
            .collect();
        let (title, help) = (Text::from("Two things"), Text::from("Mend one"));
        let drawing = Drawing {
            level: Colour::WARNING,
            id: "some-rule",
            title: &title,
            place: places.first().map(place),
            start: None,
            related: &related,
            why: None,
            help: &help,
        };
        Pen::new(false).draw(&drawing, &sources)
    }

    #[test]
    fn a_story_of_two_files_is_told_with_both_places() {
        let drawn = draw(&["id: a\ndue: ü1\n", "x\nid: b\n"], &[(0, Span::new(11, 14)), (1, Span::new(6, 7))]);
        let expected = "warning[some-rule]: Two things\n --> 0.md:2:6\n  |\n2 | due: ü1\n  |      ^^\n --> 1.md:2:5\n  |\n\
                        2 | id: b\n  |     - this one\n  |\n  = do: Mend one\n\n";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn places_of_one_file_share_a_picture() {
        let drawn = draw(&["a: 1\nb: 2\n"], &[(0, Span::new(8, 9)), (0, Span::new(3, 4))]);
        let expected = "warning[some-rule]: Two things\n --> 0.md:2:4\n  |\n1 | a: 1\n  |    - this one\n2 | b: 2\n  |    ^\n\
                        \u{20} |\n  = do: Mend one\n\n";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn the_column_is_that_of_the_file_and_not_of_the_cleaned_text() {
        let drawn = draw(&["\u{1b}[2J: 1\n"], &[(0, Span::new(6, 7))]);
        assert!(drawn.contains(" --> 0.md:1:7\n  |\n1 | \\u{1b}[2J: 1\n  |            ^\n"), "{drawn}");
    }
}
