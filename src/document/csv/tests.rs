use super::super::testing::{Read, read};
use super::super::{Document, Syntax, Table};
use super::parse;

fn csv(text: &str) -> Read {
    read(text, Syntax::Csv)
}

fn table(read: &Read) -> &Table {
    read.document.table.as_ref().unwrap()
}

#[test]
fn cells_have_their_places() {
    let read = csv("Id,Name,Note\r\n1, \"a \"\"q\"\" ü\" ,x\r\n\r\n2, y 🔥 ,\"two\r\nlines\"\r\n,,\r\n3,z,");
    let rows: Vec<_> = table(&read).rows.iter().map(|row| read.cells(row)).collect();
    assert_eq!(read.cells(&table(&read).header), [("Id", "Id"), ("Name", "Name"), ("Note", "Note")]);
    assert_eq!(rows[0], [("1", "1"), ("a \"q\" ü", "\"a \"\"q\"\" ü\""), ("x", "x")]);
    assert_eq!(rows[1], [("2", "2"), ("y 🔥", "y 🔥"), ("two\r\nlines", "\"two\r\nlines\"")]);
    assert_eq!(rows[2], [("3", "3"), ("z", "z"), ("", "")]);
    assert_eq!((rows.len(), read.problems().len()), (3, 0));
    assert_eq!(read.slice(table(&read).rows[2].span), "3,z,");
    assert_eq!(table(&read).rows[2].cells[2].span.start as usize, read.source.text().len());
}

#[test]
fn rows_without_cells_are_those_with_cells() {
    for text in [
        "Id,Name,Note\r\n1, \"a \"\"q\"\" ü\" ,x\r\n\r\n2, y 🔥 ,\"two\r\nlines\"\r\n,,\r\n3,z,",
        "a,b\n1,\"x;\"2\n\n",
        "a\n",
        "",
        "\n\n a,b\n1,2,3\rx,\"y\"z",
    ] {
        let spans = super::rows(text, None, None).unwrap();
        let read = csv(text);
        let rows = read.document.table.iter().flat_map(|table| std::iter::once(&table.header).chain(&table.rows));
        let told = |span: &&crate::source::Span| text[span.range()].contains(char::is_alphanumeric);
        assert_eq!(
            rows.map(|row| row.span).collect::<Vec<_>>(),
            spans.iter().filter(told).copied().collect::<Vec<_>>()
        );
    }
    assert_eq!(super::rows("a,b\n1,\"x\n", None, None), None);
}

#[test]
fn the_delimiter_is_found_in_the_header_row() {
    for (text, cells) in
        [("a;b;c\n1,5;2;3\n", 3), ("\n\"x;y;z\",b\n1,2\n", 2), ("a\tb\n1\t2\n", 2), ("a|b|c|d\n", 4), ("alone\n1\n", 1)]
    {
        assert_eq!(table(&csv(text)).header.cells.len(), cells, "{text:?}");
    }
    let Document { table, .. } = parse("a,b;c\n1,2;3\n", Some(b';'), None);
    assert_eq!(table.unwrap().header.cells.len(), 2);
}

#[test]
fn rows_of_another_width_are_problems() {
    let read = csv("a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n\n1,,,\n");
    assert_eq!(
        read.problems(),
        ["2:1 <1,2> This row has 2 cells, the header has 3", "3:1 <1,2,3,4> This row has 4 cells, the header has 3"]
    );
    let widths: Vec<usize> = table(&read).rows.iter().map(|row| row.cells.len()).collect();
    assert_eq!(widths, [2, 4, 5, 3, 4]);
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_rows_below() {
    let read = csv("a;b\n1;\"open\n2;x\n");
    assert_eq!(read.problems(), ["2:3 <\\\"> This cell is opened with a quote and not closed"]);
    assert_eq!(read.cells(&table(&read).rows[1]), [("2", "2"), ("x", "x")]);
}

#[test]
fn nothing_is_no_table() {
    assert_eq!(csv("\r\n\n").document.table, None);
    assert_eq!(csv(" ,, \n").document.table, None);
}

#[test]
fn what_stands_above_the_line_of_the_headers_is_left_out() {
    let Document { table, problems, .. } = parse("Risks, as of 2026\r\n\r\nid;title\r\nR-1;x\r\n", None, Some(3));
    let table = table.unwrap();
    assert_eq!((table.header.cells.len(), table.rows.len(), problems.len()), (2, 1, 0));
    assert!(parse("id;title\n", None, Some(9)).table.is_none());
}
