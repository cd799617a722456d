//! A page as HTML: without a script and without anything from elsewhere.

use super::markup::Html;
use super::plain;
use crate::page::{Block, Cell, Kind, Line, Page, Row, Section, Span, Table};
use crate::text::Text;
use std::collections::BTreeSet;

/// Nothing is loaded, nothing runs, nothing is sent.
const HEAD: &str = "<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n";

/// The whole document.
pub fn html(page: &Page) -> String {
    let mut ids = Ids::of(page);
    let sections = Html::all(page.sections.iter().map(|section| ids.section(section, 2)));
    let main = Html::all([ids.title(page), ids.contents(page), sections]);
    [
        "<!DOCTYPE html>\n",
        &format!("<html lang=\"{}\">\n<head>\n", Html::text(page.language).into_string()),
        HEAD,
        &Html::tag("title", Html::text(&page.name)).into_string(),
        "\n<style>\n",
        include_str!("style.css"),
        &printed(page),
        "</style>\n</head>\n<body>\n<main>\n",
        &main.into_string(),
        "</main>\n</body>\n</html>\n",
    ]
    .concat()
}

/// What a printer adds to each page, and which parts it turns.
fn printed(page: &Page) -> String {
    let label = page.label.as_ref().map_or(String::new(), |label| {
        format!("@top-right {{ content: {}; font-size: 8pt; }} ", quoted(label.as_str()))
    });
    let mut style = format!(
        "@page {{ {label}@bottom-left {{ content: {}; font-size: 8pt; }} @bottom-right {{ content: \"page \" \
         counter(page) \" of \" counter(pages); font-size: 8pt; }} }}\n",
        quoted(page.foot.as_str())
    );
    let wide: Vec<String> =
        page.sections.iter().filter(|part| part.is_wide).map(|part| format!("#{}", plain(&part.id))).collect();
    if !wide.is_empty() {
        style.push_str(&format!("@media print {{ {} {{ page: wide; }} }}\n", wide.join(", ")));
    }
    style
}

/// A text as CSS quotes it. Whatever could end the text or the style sheet stands as its code.
fn quoted(text: &str) -> String {
    let safe = |c: char| match c {
        c if c.is_alphanumeric() || " .,:-·".contains(c) => c.to_string(),
        c => format!("\\{:x} ", u32::from(c)),
    };
    format!("\"{}\"", text.chars().map(safe).collect::<String>())
}

/// The ids of a page: which links lead somewhere, and which ids stand already.
struct Ids {
    known: BTreeSet<String>,
    given: BTreeSet<String>,
}

impl Ids {
    fn of(page: &Page) -> Self {
        Self { known: page.ids().into_iter().map(plain).collect(), given: BTreeSet::new() }
    }

    fn title(&self, page: &Page) -> Html {
        let label = page.label.as_ref().map(|label| p(Html::tag("strong", Html::text(label))));
        let head = [Html::tag("h1", Html::text(&page.title))].into_iter().chain(label);
        let blocks = page.head.iter().map(|block| self.block(block, 2));
        Html::all([Html::tag("header", Html::all(head.chain(blocks))), Html::raw("\n")])
    }

    fn contents(&self, page: &Page) -> Html {
        let item = |section: &Section| {
            Html::tag("li", Html::with("a", "href", format!("#{}", plain(&section.id)), Html::text(&section.title)))
        };
        let list = Html::tag("ol", Html::all(page.sections.iter().map(item)));
        Html::tag("nav aria-label=\"Contents\"", Html::all([Html::tag("h2", Html::text("Contents")), list]))
    }

    fn section(&mut self, section: &Section, level: usize) -> Html {
        let id = plain(&section.id);
        let head = [heading(level, Html::text(&section.title)), Html::raw("\n")];
        let blocks: Vec<Html> = section.blocks.iter().map(|block| self.block(block, level + 1)).collect();
        let name = if level > 2 { "article" } else { "section" };
        let is_first = self.given.insert(id.clone());
        let parts: Vec<Html> = section.sections.iter().map(|part| self.section(part, level + 1)).collect();
        let inner = Html::all(head.into_iter().chain(blocks).chain(parts));
        // The id of another section would lead a reader to the wrong one.
        let part = if is_first { Html::with(name, "id", id, inner) } else { Html::tag(name, inner) };
        Html::all([part, Html::raw("\n")])
    }

    fn block(&self, block: &Block, level: usize) -> Html {
        let item = |line| Html::tag("li", self.line(line));
        match block {
            Block::Lead(line) => Html::all([Html::tag("p class=\"lead\"", self.line(line)), Html::raw("\n")]),
            Block::Paragraph(line) => p(self.line(line)),
            Block::Heading(line) => heading(level, self.line(line)),
            Block::List(lines) => Html::tag("ul", Html::all(lines.iter().map(item))),
            Block::Code(lines) => {
                let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
                Html::tag("pre", Html::text(lines.join("\n")))
            }
            Block::Terms(terms) => {
                let term = |(word, means): &(Text, Line)| {
                    Html::all([Html::tag("dt", Html::text(word)), Html::tag("dd", self.line(means))])
                };
                Html::tag("dl", Html::all(terms.iter().map(term)))
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => Html::tag("div class=\"table\" tabindex=\"0\"", Html::figure(figure)),
        }
    }

    /// A table whose first column heads its rows; where there are no rows, it says so.
    fn table(&self, table: &Table) -> Html {
        if table.groups.iter().all(Vec::is_empty) {
            return p(Html::tag("em", Html::text(&table.none)));
        }
        let head = table.heads.iter().map(|head| Html::tag("th scope=\"col\"", Html::text(head)));
        let parts = [
            Html::tag("caption", Html::text(&table.caption)),
            Html::tag("thead", Html::tag("tr", Html::all(head))),
            Html::raw("\n"),
            Html::all(table.groups.iter().map(|group| self.group(group))),
        ];
        let table = Html::tag("table", Html::all(parts));
        // A wide table scrolls by itself, so the page does not; it takes the focus, so that keys scroll it.
        Html::all([Html::tag("div class=\"table\" tabindex=\"0\"", table), Html::raw("\n")])
    }

    fn group(&self, rows: &[Row]) -> Html {
        let is_tall = rows.iter().flatten().any(|cell| cell.rows > 1);
        // How many rows more the head of an earlier row is that of.
        let mut headed = 0;
        let row = |row: &Row| {
            let is_head = headed == 0;
            headed = if is_head { row.first().map_or(1, |cell| cell.rows.max(1)) - 1 } else { headed - 1 };
            let cells = row.iter().enumerate().map(|(column, cell)| self.cell(cell, column == 0 && is_head));
            Html::all([Html::tag("tr", Html::all(cells)), Html::raw("\n")])
        };
        let open = if is_tall { "tbody class=\"tall\"" } else { "tbody" };
        Html::tag(open, Html::all(rows.iter().map(row)))
    }

    fn cell(&self, cell: &Cell, is_head: bool) -> Html {
        let inner = match cell.lines.as_slice() {
            [] => Html::raw("–"),
            lines => Html::lines(lines.iter().map(|line| self.line(line))),
        };
        match (is_head, cell.rows) {
            (true, 0 | 1) => Html::tag("th scope=\"row\"", inner),
            (true, rows) => Html::with("th scope=\"rowgroup\"", "rowspan", rows, inner),
            (false, 0 | 1) => Html::tag("td", inner),
            (false, rows) => Html::with("td", "rowspan", rows, inner),
        }
    }

    fn line(&self, line: &Line) -> Html {
        Html::all(line.0.iter().map(|span| self.span(span)))
    }

    /// Words that came are underlined and words that went are struck through; programs that read aloud say both.
    fn span(&self, span: &Span) -> Html {
        let text = Html::text(&span.text);
        match &span.kind {
            Kind::Plain => text,
            Kind::Strong => Html::tag("strong", text),
            Kind::Code => Html::tag("code", text),
            Kind::Gap => Html::tag("span class=\"gap\"", text),
            Kind::Shown => Html::tag("span class=\"shown\"", text),
            Kind::Added => Html::tag("ins", text),
            Kind::Removed => Html::tag("del", text),
            Kind::Link(id) if self.known.contains(&plain(id)) => {
                Html::with("a", "href", format!("#{}", plain(id)), text)
            }
            Kind::Link(_) => text,
        }
    }
}

fn heading(level: usize, inner: Html) -> Html {
    let name = match level {
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    };
    Html::tag(name, inner)
}

/// A paragraph.
fn p(inner: Html) -> Html {
    Html::all([Html::tag("p", inner), Html::raw("\n")])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(sections: Vec<Section>) -> Page {
        let foot = Text::new("commit a\"; } </style><script>");
        let (title, name) = (Text::new("A <b>"), Text::new("A"));
        Page { title, name, language: "en", label: None, foot, head: Vec::new(), sections }
    }

    #[test]
    fn no_text_leaves_its_place() {
        let line = Line::of(Kind::Link("nowhere".to_owned()), Text::new("<script>"));
        let html = html(&page(vec![Section::new("a\"><script>", "S", [Block::Paragraph(line)]).wide()]));
        assert_eq!(html.matches("<script").count() + html.matches("href=\"#nowhere").count(), 0, "{html}");
        assert_eq!(html.matches("</style>").count(), 1);
        assert!(html.contains("<section id=\"ascript\">") && html.contains("#ascript { page: wide; }"));
    }

    #[test]
    fn an_id_stands_once_and_a_table_without_rows_says_so() {
        let table = Table::new("c", &["a"], [], "None.");
        let section = Section::new("x", "X", [Block::Table(table)]);
        let html = html(&page(vec![section.clone(), section]));
        assert_eq!((html.matches("id=\"x\"").count(), html.matches("<p><em>None.</em></p>").count()), (1, 2));
    }
}
