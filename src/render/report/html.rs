//! HTML that no text can break out of: markup is a literal of the program, everything else is escaped.

use crate::text::{Text, is_hidden};
use std::fmt::Display;

/// A piece of HTML.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of the program.
    pub(super) fn raw(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// Text, whatever it holds.
    pub(super) fn text(text: impl Display) -> Self {
        let text = text.to_string();
        let mut html = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                c if is_hidden(c) && c != '\n' => html.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
                c => html.push(c),
            }
        }
        Self(html)
    }

    /// Text, or a dash where there is none.
    pub(super) fn or_dash(text: &Text) -> Self {
        Self::some(Some(text).filter(|text| !text.as_str().is_empty()))
    }

    /// What is there, or a dash.
    pub(super) fn some(value: Option<impl Display>) -> Self {
        value.map_or_else(|| Self::raw("–"), Self::text)
    }

    /// An element. `open` is the name with its attributes: `td class="gap"`.
    pub(super) fn tag(open: &'static str, inner: Self) -> Self {
        let name = open.split(' ').next().unwrap_or(open);
        Self(format!("<{open}>{}</{name}>", inner.0))
    }

    /// An element with a numbered id, for links inside the page: `section id="i3"`.
    pub(super) fn numbered(name: &'static str, number: usize, inner: Self) -> Self {
        Self(format!("<{name} id=\"i{number}\">{}</{name}>", inner.0))
    }

    /// A link to such an element.
    pub(super) fn link(number: usize, inner: Self) -> Self {
        Self(format!("<a href=\"#i{number}\">{}</a>", inner.0))
    }

    /// A row header that spans rows.
    pub(super) fn row_head(rows: usize, inner: Self) -> Self {
        Self(format!("<th scope=\"rowgroup\" rowspan=\"{rows}\">{}</th>", inner.0))
    }

    /// A cell that spans rows.
    pub(super) fn tall_cell(rows: usize, inner: Self) -> Self {
        Self(format!("<td rowspan=\"{rows}\">{}</td>", inner.0))
    }

    /// Several pieces, one after the other.
    pub(super) fn all(pieces: impl IntoIterator<Item = Self>) -> Self {
        Self(pieces.into_iter().map(|piece| piece.0).collect())
    }

    /// Several pieces, each on a line of its own; a dash where there is none.
    pub(super) fn lines(pieces: impl IntoIterator<Item = Self>) -> Self {
        let lines: Vec<String> = pieces.into_iter().map(|piece| piece.0).collect();
        if lines.is_empty() { Self::raw("–") } else { Self(lines.join("<br>")) }
    }

    /// The markup.
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// A paragraph.
pub(super) fn p(inner: Html) -> Html {
    Html::all([Html::tag("p", inner), Html::raw("\n")])
}

/// A paragraph of fixed words.
pub(super) fn says(words: &'static str) -> Html {
    p(Html::text(words))
}

/// A table whose first column heads its rows; where there are no rows, `none` says so.
pub(super) fn table(caption: &'static str, heads: &[&'static str], rows: Vec<Vec<Html>>, none: &'static str) -> Html {
    if rows.is_empty() {
        return p(Html::tag("em", Html::text(none)));
    }
    let row = |cells: Vec<Html>| {
        let cell = |(at, cell)| Html::tag(if at == 0 { "th scope=\"row\"" } else { "td" }, cell);
        Html::all([Html::tag("tr", Html::all(cells.into_iter().enumerate().map(cell))), Html::raw("\n")])
    };
    framed(caption, heads, Html::tag("tbody", Html::all(rows.into_iter().map(row))))
}

/// A table around its body.
pub(super) fn framed(caption: &'static str, heads: &[&'static str], body: Html) -> Html {
    let head = heads.iter().map(|head| Html::tag("th scope=\"col\"", Html::text(head)));
    let table = Html::all([
        Html::tag("caption", Html::text(caption)),
        Html::tag("thead", Html::tag("tr", Html::all(head))),
        Html::raw("\n"),
        body,
    ]);
    // A wide table scrolls by itself, so the page does not; it takes the focus, so that keys scroll it.
    Html::all([Html::raw("<div class=\"table\" tabindex=\"0\">"), Html::tag("table", table), Html::raw("</div>\n")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_out() {
        let html = Html::text("<script>\"x\" & 'y'</script>\u{202e}\u{1b}");
        let escaped = "&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;\\u{202e}\\u{1b}";
        assert_eq!(html.into_string(), escaped);
        assert_eq!(Html::tag("td class=\"gap\"", Html::text("a")).into_string(), "<td class=\"gap\">a</td>");
    }

    #[test]
    fn a_table_without_rows_says_so() {
        assert_eq!(table("c", &["a"], Vec::new(), "None.").into_string(), "<p><em>None.</em></p>\n");
    }
}
