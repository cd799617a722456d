//! Tables for sampling: RFC 4180, UTF-8, and harmless in a spreadsheet.

use super::tables::Table;

/// A table as CSV.
pub(super) fn csv(table: &Table) -> String {
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    let head = line(table.heads.iter().map(|head| cell(head)).collect());
    let row = |row: &Vec<_>| line(row.iter().map(|value: &super::tables::Cell| cell(&value.to_string())).collect());
    head + &table.rows.iter().map(row).collect::<String>()
}

/// Whether a spreadsheet may take a text for a formula. The wide forms are taken for the narrow ones by some programs.
pub(super) fn is_formula(text: &str) -> bool {
    let starts = |c: char| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}|\t\r\n".contains(c);
    text.trim_start().chars().next().is_some_and(starts)
}

/// A cell. One that a spreadsheet would take for a formula begins with an apostrophe; quotes stand where they have to.
fn cell(text: &str) -> String {
    let text = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for start in ["=1", "+1", "-1", "@SUM", " =1", "\u{ff1d}1"] {
            assert!(cell(start).starts_with("\"'"), "{start}");
        }
        assert_eq!(cell("2026-03-02"), "2026-03-02");
        assert_eq!(cell("a, b"), "\"a, b\"");
    }
}
