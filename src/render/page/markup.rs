//! HTML that no text can break out of: markup is a literal of the program, everything else is escaped.

use crate::figure::Figure;
use crate::render::figure;
use crate::text::is_hidden;
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

    /// An element. `open` is the name with its attributes: `td class="gap"`.
    pub(super) fn tag(open: &'static str, inner: Self) -> Self {
        Self(format!("<{open}>{}</{}>", inner.0, head(open)))
    }

    /// An element with an attribute whose value is not fixed.
    pub(super) fn with(name: &'static str, attribute: &'static str, value: impl Display, inner: Self) -> Self {
        Self(format!("<{name} {attribute}=\"{}\">{}</{}>", Self::text(value).0, inner.0, head(name)))
    }

    /// A picture.
    pub(super) fn figure(figure: &Figure) -> Self {
        Self(figure::svg(figure))
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

/// The name of an element, which may have attributes behind it.
fn head(open: &'static str) -> &'static str {
    open.split(' ').next().unwrap_or(open)
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
}
