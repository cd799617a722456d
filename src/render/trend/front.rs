//! The head of a page in Markdown, for programs.

use crate::text::Text;
use crate::trend::Trend;

/// YAML between two lines of hyphens. Every text of a record is quoted, so that none ends its line.
pub(super) fn front(trend: &Trend) -> String {
    let mut out = String::from("---\n");
    if let Some(review) = &trend.review {
        out.push_str(&format!("for: {}\n", quoted(&review.id)));
    }
    out.push_str(&format!("period: {}\nas_of: {}\n", trend.period, trend.as_of));
    if let Some(commit) = &trend.commit {
        out.push_str(&format!("commit: {commit}\n"));
    }
    let reported = trend.review.iter().flat_map(|review| &review.to_report).filter(|line| line.is_covered);
    let mut ids: Vec<&Text> = trend.incidents.iter().map(|line| &line.id).collect();
    ids.extend(reported.map(|line| &line.incident));
    ids.sort();
    ids.dedup();
    if !ids.is_empty() {
        out.push_str("covers:\n");
        ids.into_iter().for_each(|id| out.push_str(&format!("  - {}\n", quoted(id))));
    }
    out + "---\n\n"
}

/// A text as YAML and JSON quote it.
fn quoted(text: &Text) -> String {
    serde_json::Value::from(text.as_str()).to_string()
}
