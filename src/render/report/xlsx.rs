//! `evidence.xlsx`: the tables of a pack as sheets of a workbook. No cell is a formula, and days are days.

use super::csv::is_formula;
use super::tables::{self, Cell, Table};
use crate::page::Page;
use crate::report::{Provenance, Report};
use crate::timeline::Day;
use chrono::Datelike as _;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// The longest text that a cell of a workbook holds, in units of UTF-16.
const LONGEST: usize = 32_767;
/// The most rows of a sheet below its headings.
const MOST_ROWS: usize = 1_048_575;
/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (8, 60);

/// The formats of cells.
struct Formats {
    head: Format,
    words: Format,
    /// For words that a spreadsheet would take for a formula as soon as somebody edits the cell.
    quoted: Format,
    number: Format,
    day: Format,
}

impl Formats {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            head: top().set_bold(),
            words: top().set_text_wrap(),
            quoted: top().set_text_wrap().set_quote_prefix(),
            number: top(),
            day: top().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// The workbook.
///
/// # Errors
/// None in practice: what a workbook cannot hold is put into words before.
pub(super) fn workbook(report: &Report, page: &Page) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(&report.provenance)?);
    let formats = Formats::new();
    let sheets = [
        read_me(&report.provenance),
        tables::incidents(report),
        tables::actions(report),
        tables::changes(report),
        tables::rules(report),
        tables::findings(report),
        tables::exceptions(report),
        tables::crosswalk(report),
        tables::checklist(report, |id| super::checklist::title(page, id)),
    ];
    for table in &sheets {
        fill(book.add_worksheet(), table, &formats, &report.provenance)?;
    }
    book.save_to_buffer()
}

/// What a file manager shows. The time of making is the day that the pack is about: a clock would make other bytes.
fn properties(about: &Provenance) -> Result<DocProperties, XlsxError> {
    let made = excel_day(about.as_of).map_or_else(|| ExcelDateTime::from_ymd(1970, 1, 1), Ok)?;
    let title = "Evidence of learning from information security incidents";
    Ok(DocProperties::new().set_title(title).set_author("closeloop").set_creation_datetime(&made))
}

/// What the workbook was made of, and how to read it.
fn read_me(about: &Provenance) -> Table {
    let text = |text: &Option<crate::text::Text>| text.as_ref().map_or("not stated".into(), Cell::from);
    let rows: [(&str, Cell); 17] = [
        ("Organisation", text(&about.organisation)),
        ("Scope", text(&about.scope)),
        ("First day of the period", about.from.into()),
        ("Last day of the period", about.to.into()),
        ("As-of date", about.as_of.into()),
        ("Repository", text(&about.repository)),
        ("Commit", about.commit.as_str().into()),
        ("Tree", about.tree.as_str().into()),
        ("Day of the commit", about.commit_day.into()),
        ("Made by", format!("closeloop {}", about.version).into()),
        ("Configuration, SHA-256", about.config_digest.as_str().into()),
        ("Frameworks", about.frameworks.join(", ").into()),
        ("Made again by", (&about.command).into()),
        (
            "Which incidents",
            "Those that were detected or closed in the period, and those of which neither day can be read. The rules \
             judged all records of the commit."
                .into(),
        ),
        (
            "Columns",
            "Incidents and Actions have the columns of incidents.csv and actions.csv. Several values in one cell are \
             parted by a bar. No cell is a formula."
                .into(),
        ),
        (
            "Long texts",
            "A cell holds 32,767 characters. A longer text ends with words that say so, and stands whole in the CSV \
             file or on the page."
                .into(),
        ),
        (
            "What it is for",
            "To draw samples from. It supports an examination, and says nothing on whether a requirement is met."
                .into(),
        ),
    ];
    let rows = rows.into_iter().map(|(name, value)| vec![name.into(), value]).collect();
    Table { name: "Read me", heads: vec!["what", "value"], rows }
}

fn fill(sheet: &mut Worksheet, table: &Table, formats: &Formats, about: &Provenance) -> Result<(), XlsxError> {
    sheet.set_name(table.name)?;
    for (column, head) in (0_u16..).zip(&table.heads) {
        sheet.write_string_with_format(0, column, *head, &formats.head)?;
        sheet.set_column_width(column, f64::from(width(table, usize::from(column))))?;
    }
    let rows = shown(table);
    for (number, row) in (1_u32..).zip(&rows) {
        for (column, cell) in (0_u16..).zip(row) {
            write(sheet, (number, column), cell, formats)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if let (Some(last), Some(column)) = (u32::try_from(rows.len()).ok(), last_column(table)) {
        sheet.autofilter(0, 0, last, column)?;
    }
    let commit: String = about.commit.chars().filter(char::is_ascii_hexdigit).take(12).collect();
    sheet.set_footer(format!("&Lcommit {commit}, as of {}&R&A, page &P of &N", about.as_of));
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

fn last_column(table: &Table) -> Option<u16> {
    table.heads.len().checked_sub(1).and_then(|last| u16::try_from(last).ok())
}

/// The rows, with words in place of those beyond what a sheet holds.
fn shown(table: &Table) -> Vec<Vec<Cell>> {
    if table.rows.len() <= MOST_ROWS {
        return table.rows.clone();
    }
    let mut rows: Vec<Vec<Cell>> = table.rows.iter().take(MOST_ROWS - 1).cloned().collect();
    let left = table.rows.len() - rows.len();
    rows.push(vec![format!("{left} more rows do not fit on a sheet; result.json and the CSV files hold all.").into()]);
    rows
}

/// The width of a column by its longest text, within limits.
fn width(table: &Table, column: usize) -> u16 {
    let (least, most) = WIDTHS;
    let longest = |row: &Vec<Cell>| match row.get(column) {
        Some(Cell::Words(words)) => words.chars().take(most).count(),
        Some(cell) => cell.to_string().len(),
        None => 0,
    };
    let head = table.heads.get(column).map_or(0, |head| head.len() + 3);
    let widest = table.rows.iter().map(longest).fold(head, usize::max).clamp(least, most);
    u16::try_from(widest + 1).unwrap_or(u16::MAX)
}

fn write(sheet: &mut Worksheet, place: (u32, u16), cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    let (row, column) = place;
    match cell {
        Cell::Empty => {}
        // Beyond 2^53 a number of a workbook loses digits; nothing that is counted gets there.
        Cell::Number(number) => {
            sheet.write_number_with_format(row, column, *number as f64, &formats.number)?;
        }
        Cell::Day(day) => match excel_day(*day) {
            Some(date) => drop(sheet.write_datetime_with_format(row, column, &date, &formats.day)?),
            None => drop(sheet.write_string_with_format(row, column, day.to_string(), &formats.words)?),
        },
        Cell::Words(words) if words.is_empty() => {}
        Cell::Words(words) => {
            let format = if is_formula(words) { &formats.quoted } else { &formats.words };
            sheet.write_string_with_format(row, column, fitting(words), format)?;
        }
    }
    Ok(())
}

/// A day as workbooks count them; `None` for one that they cannot hold: before March 1900 they count wrongly.
fn excel_day(Day(day): Day) -> Option<ExcelDateTime> {
    let is_known = (day.year(), day.month()) >= (1900, 3);
    let year = u16::try_from(day.year()).ok().filter(|year| is_known && *year <= 9999)?;
    ExcelDateTime::from_ymd(year, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?).ok()
}

/// A text that fits into a cell, and says so where it goes on.
fn fitting(words: &str) -> String {
    let length = words.encode_utf16().count();
    if length <= LONGEST {
        return words.to_owned();
    }
    let end = format!(" […: of {} characters; the whole is in the CSV file or on the page]", words.chars().count());
    let room = LONGEST - end.encode_utf16().count();
    let mut used = 0;
    let fits = |c: &char| {
        used += c.len_utf16();
        used <= room
    };
    words.chars().take_while(fits).chain(end.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_ends_with_words_that_say_so() {
        assert_eq!(fitting("short"), "short");
        assert_eq!(fitting(&"x".repeat(LONGEST)).len(), LONGEST);
        let long = fitting(&"🔥".repeat(20_000));
        assert!(long.encode_utf16().count() <= LONGEST && long.ends_with("on the page]"), "{}", long.len());
        assert!(long.contains("of 20000 characters"));
    }

    #[test]
    fn rows_beyond_a_sheet_are_told() {
        let table = |rows: usize| Table { name: "Rules", heads: vec!["rule"], rows: vec![vec![Cell::Empty]; rows] };
        assert_eq!(shown(&table(3)).len(), 3);
        let cut = shown(&table(MOST_ROWS + 2));
        assert_eq!(cut.len(), MOST_ROWS);
        assert!(cut.last().unwrap()[0].to_string().starts_with("3 more rows"));
    }

    #[test]
    fn a_day_that_workbooks_cannot_hold_stays_a_text() {
        let day = |text: &str| Day(text.parse().unwrap());
        assert!(excel_day(day("2026-03-02")).is_some());
        assert!(excel_day(day("1900-02-01")).is_none() && excel_day(day("0001-01-01")).is_none());
    }
}
