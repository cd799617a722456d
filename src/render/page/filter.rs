//! A filter over the sheets and the wide tables of a page. The page says everything without it: the control is shown by its
//! script, and printing prints all.

use super::markup::Html;
use super::plain;
use crate::page::Page;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The only script of a page. It is allowed by its digest, so that no other one runs.
const SCRIPT: &str = include_str!("filter.js");

/// Whether a page has something to filter: several sections of wide tables. A single one is read as a whole.
pub(super) fn is_wanted(page: &Page) -> bool {
    page.sections.iter().filter(|section| section.is_wide).count() > 1
}

/// The source that the security policy of the page allows.
pub(super) fn source() -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(SCRIPT)))
}

/// The script.
pub(super) fn script() -> String {
    format!("<script>{SCRIPT}</script>\n")
}

/// The control; it names the sections whose tables are filtered.
pub(super) fn control(page: &Page) -> Html {
    let wide: Vec<String> =
        page.sections.iter().filter(|section| section.is_wide).map(|section| plain(&section.id)).collect();
    let form = "form class=\"filter\" role=\"search\" aria-label=\"Filter incidents, findings and rules\" hidden";
    let inner = Html::raw(
        "\n<label>Find <input type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>\n\
         <label>Show <select><option value=\"\">everything</option>\
         <option value=\"gap\">what is missing or does not hold</option>\
         <option value=\"rest\">the rest</option></select></label>\n\
         <button type=\"reset\">Show all</button>\n\
         <output aria-live=\"polite\"><span>0</span> of <span>0</span> entries shown</output>\n",
    );
    Html::all([Html::with(form, "data-in", wide.join(" "), inner), Html::raw("\n")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_ends_where_it_should() {
        assert!(!SCRIPT.to_lowercase().contains("</script") && !SCRIPT.contains("<!--") && !SCRIPT.contains('\r'));
        // Texts of a record are compared and never become markup.
        for door in ["innerHTML", "outerHTML", "insertAdjacent", "eval", "fetch", "document.write", "import"] {
            assert!(!SCRIPT.contains(door), "{door}");
        }
    }
}
