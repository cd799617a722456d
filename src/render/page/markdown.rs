//! A page as GitHub shows Markdown.

use super::markup::Html;
use super::plain;
use crate::page::{Block, Cell, Kind, Line, Page, Row, Section, Span, Table};
use crate::render::job::escape;
use crate::text::Text;
use std::collections::BTreeSet;

/// The whole page. What a text holds is shown, never obeyed: no mark-up, no link, no mention.
pub fn markdown(page: &Page) -> String {
    let writer = Writer { known: page.ids().into_iter().map(plain).collect() };
    let mut out = format!("# {}\n\n", text(&page.title));
    if let Some(label) = &page.label {
        out.push_str(&format!("<strong>{}</strong>\n\n", text(label)));
    }
    page.head.iter().for_each(|block| out.push_str(&writer.block(block, 2)));
    let item = |section: &Section| format!("- [{}](#{})\n", text(&section.title), plain(&section.id));
    if page.sections.len() > 1 {
        out.push_str(&format!("## Contents\n\n{}\n", page.sections.iter().map(item).collect::<String>()));
    }
    page.sections.iter().for_each(|section| out.push_str(&writer.section(section, 2)));
    out + &format!("---\n\n{}\n", text(&page.foot))
}

fn text(text: &Text) -> String {
    escape(text.as_str())
}

fn hashes(level: usize) -> String {
    "#".repeat(level.min(6))
}

struct Writer {
    known: BTreeSet<String>,
}

impl Writer {
    fn section(&self, section: &Section, level: usize) -> String {
        let (id, title) = (plain(&section.id), text(&section.title));
        let mut out = format!("{} <a id=\"{id}\"></a>{title}\n\n", hashes(level));
        section.blocks.iter().for_each(|block| out.push_str(&self.block(block, level + 1)));
        section.sections.iter().for_each(|part| out.push_str(&self.section(part, level + 1)));
        out
    }

    fn block(&self, block: &Block, level: usize) -> String {
        match block {
            Block::Lead(line) | Block::Paragraph(line) => format!("{}\n\n", self.opening(line)),
            Block::Heading(line) => format!("{} {}\n\n", hashes(level), self.line(line)),
            Block::List(lines) => {
                lines.iter().map(|line| format!("- {}\n", self.opening(line))).collect::<String>() + "\n"
            }
            Block::Code(lines) => {
                let lines: Vec<&str> = lines.iter().map(Text::as_str).collect();
                format!("<pre>{}</pre>\n\n", Html::text(lines.join("\n")).into_string())
            }
            Block::Terms(terms) => {
                let term =
                    |(word, means): &(Text, Line)| format!("- <strong>{}</strong>: {}\n", text(word), self.line(means));
                terms.iter().map(term).collect::<String>() + "\n"
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => format!("<em>{}.</em> {}\n\n", text(&figure.title), text(&figure.description)),
        }
    }

    /// Markdown has no cell that spans rows: it stands in the first of them, and the others leave its place empty.
    fn table(&self, table: &Table) -> String {
        if table.groups.iter().all(Vec::is_empty) {
            return format!("<em>{}</em>\n\n", text(&table.none));
        }
        let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut out = format!("<strong>{}</strong>\n\n", text(&table.caption));
        out.push_str(&row(table.heads.iter().map(text).collect()));
        out.push_str(&row(table.heads.iter().map(|_| "---".to_owned()).collect()));
        for group in &table.groups {
            let mut spanned = vec![0; table.heads.len()];
            group.iter().for_each(|cells| out.push_str(&row(self.row(cells, &mut spanned))));
        }
        out + "\n"
    }

    /// The cells of a row in the columns that no cell above spans. `spanned` counts the rows that are still covered.
    fn row(&self, cells: &Row, spanned: &mut [usize]) -> Vec<String> {
        let mut cells = cells.iter();
        let place = |covered: &mut usize| {
            if *covered > 0 {
                *covered -= 1;
                return String::new();
            }
            cells.next().map_or(String::new(), |cell| {
                *covered = cell.rows.saturating_sub(1);
                self.cell(cell)
            })
        };
        spanned.iter_mut().map(place).collect()
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell.lines.as_slice() {
            [] => "–".to_owned(),
            lines => lines.iter().map(|line| self.line(line)).collect::<Vec<_>>().join("<br>"),
        }
    }

    fn line(&self, line: &Line) -> String {
        line.0.iter().map(|span| self.span(span)).collect()
    }

    /// A line where a block begins, at which some signs would be taken for a list or a quotation.
    fn opening(&self, line: &Line) -> String {
        let line = self.line(line);
        let line = line.trim_start();
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match line[digits..].chars().next() {
            Some(c @ ('.' | ')')) if digits > 0 => format!("{}\\{c}{}", &line[..digits], &line[digits + 1..]),
            Some('-' | '+' | '=') if digits == 0 => format!("\\{line}"),
            _ => line.to_owned(),
        }
    }

    fn span(&self, span: &Span) -> String {
        let text = text(&span.text);
        let within = |name: &str| format!("<{name}>{text}</{name}>");
        match &span.kind {
            Kind::Plain | Kind::Shown => text,
            Kind::Strong | Kind::Gap => within("strong"),
            Kind::Code => within("code"),
            Kind::Added => within("ins"),
            Kind::Removed => within("del"),
            Kind::Link(id) if self.known.contains(&plain(id)) => format!("[{text}](#{})", plain(id)),
            Kind::Link(_) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(blocks: Vec<Block>) -> String {
        let sections = vec![Section::new("s", "S", blocks)];
        let (title, foot) = (Text::new("T"), Text::new("commit a"));
        markdown(&Page { name: title.clone(), title, language: "en", label: None, foot, head: Vec::new(), sections })
    }

    #[test]
    fn a_cell_over_rows_leaves_its_place_empty_below() {
        let row = |cells: &[&str]| cells.iter().map(|cell| Cell::plain(Text::new(cell))).collect::<Row>();
        let mut first = row(&["a", "b"]);
        first[0].rows = 2;
        let heads = [Text::new("X"), Text::new("Y")].into();
        let groups = vec![vec![first, row(&["c"])], vec![row(&["d", "e|"])]];
        let md = page(vec![Block::Table(Table { caption: Text::new("C"), heads, groups, none: Text::new("-") })]);
        assert!(md.contains("| X | Y |\n| --- | --- |\n| a | b |\n|  | c |\n| d | e\\| |\n"), "{md}");
    }

    #[test]
    fn no_text_is_markup() {
        let says = |text: &str| page(vec![Block::Paragraph(Line::plain(Text::new(text)))]);
        for (text, shown) in
            [("- a", "\n\\- a\n"), ("1. a", "\n1\\. a\n"), ("> a", "\n&gt; a\n"), ("a <b>", "a &lt;b&gt;")]
        {
            assert!(says(text).contains(shown), "{}", says(text));
        }
        let link = Line::of(Kind::Link("s".to_owned()), Text::new("to ](x)"));
        assert!(page(vec![Block::Paragraph(link)]).contains("[to \\](x)](#s)"));
        assert!(page(vec![Block::Code(vec![Text::new("</pre><b>")])]).contains("<pre>&lt;/pre&gt;&lt;b&gt;</pre>"));
    }
}
