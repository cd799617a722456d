use super::super::testing::{Read, read};
use super::super::{Body, Passage, PassageKind, Syntax};

fn markdown(text: &str) -> Read {
    read(text, Syntax::Markdown)
}

fn body(read: &Read) -> &Body {
    read.document.body.as_ref().unwrap()
}

fn passages(read: &Read) -> Vec<(PassageKind, &str)> {
    body(read).passages.iter().map(|Passage { kind, span, .. }| (*kind, read.slice(*span))).collect()
}

#[test]
fn yaml_front_matter_has_places_in_the_file() {
    let read = markdown("---\r\nid: INC-1 # c\r\nlist: [a\r\nend: 1\r\n---\r\n# T\r\n");
    assert_eq!(read.tree(), "{id: INC-1, list: [a], end: 1}");
    assert_eq!((read.text_at("id"), read.text_at("end")), ("INC-1", "1"));
    assert_eq!(read.problems(), ["3:7 <[> This list is opened with `[` and not closed"]);
    assert_eq!(read.slice(read.document.comments[0]), "# c");
    assert_eq!(read.slice(body(&read).span), "# T\r\n");
}

#[test]
fn toml_front_matter_and_other_fences_are_read() {
    let read = markdown("+++\nid = \"A\"\nx = foo\n+++\ntext\n");
    assert_eq!((read.text_at("id"), read.places()), ("\"A\"", vec!["3:5".to_owned()]));
    assert_eq!(markdown("---\na: 1\n...\nb: 2\n").tree(), "{a: 1}");
    assert_eq!(markdown("\n---\na: 1\n---  \n").tree(), "{a: 1}");
    let empty = markdown("---\n---\ntext\n");
    assert_eq!((empty.tree(), empty.slice(body(&empty).span)), (String::new(), "text\n"));
}

#[test]
fn a_missing_fence_is_a_problem_at_the_first() {
    let read = markdown("---\nid: INC-1\nlist:\n  - a\n\n# Title\n\ntext: x\n");
    assert_eq!(read.problems(), ["1:1 <---> The front matter is opened with `---` and not closed"]);
    assert_eq!(read.tree(), "{id: INC-1, list: [a]}");
    assert_eq!(&*body(&read).sections[0].title, "Title");
}

#[test]
fn a_line_across_the_page_is_no_fence() {
    for text in
        ["---\n\nText\n", "---\nText without a key\n", "---\n\nSome text.\n\n---\n\nMore.\n", "---", "--- x\na: 1\n"]
    {
        let read = markdown(text);
        assert_eq!((read.tree(), read.problems()), (String::new(), vec![]), "{text:?}");
        assert_eq!(body(&read).span.start, 0);
    }
}

#[test]
fn sections_reach_to_the_next_of_their_level() {
    let read = markdown("# A `b` **c** 🔥 #\r\n\r\ntext\r\n\r\nB\r\n---\r\n\r\n### C\r\nx\r\n## D ##\r\n# E");
    let shown: Vec<_> = body(&read).sections.iter().map(|s| (s.level, &*s.title, read.slice(s.heading))).collect();
    assert_eq!(
        shown,
        [
            (1, "A b c 🔥", "# A `b` **c** 🔥 #"),
            (2, "B", "B\r\n---"),
            (3, "C", "### C"),
            (2, "D", "## D ##"),
            (1, "E", "# E")
        ]
    );
    let content: Vec<_> = body(&read).sections.iter().map(|s| read.slice(s.content)).collect();
    assert_eq!(
        content,
        ["\r\ntext\r\n\r\nB\r\n---\r\n\r\n### C\r\nx\r\n## D ##\r\n", "\r\n### C\r\nx\r\n", "x\r\n", "", ""]
    );
    let empty: Vec<_> = body(&read).sections.iter().map(|s| s.empty).collect();
    assert_eq!(empty, [false, false, false, true, true]);
}

#[test]
fn a_section_is_empty_if_nothing_shows_in_it() {
    let empty = ["", "<!-- to do -->\n", "\n---\n", "- \n", "- [ ] \n", "### Deeper\n", "<br>\n", "x <!-- a -->\n"];
    let shown: Vec<bool> =
        empty.iter().map(|text| body(&markdown(&format!("## S\n\n{text}\n## N\n"))).sections[0].empty).collect();
    assert_eq!(shown, [true, true, true, true, true, true, true, false]);
    for text in ["text", "- x", "> q", "```\nc\n```", "| a |\n|---|\n", "### D\n\nx", "![image](a.png)", "<b>x</b>"] {
        assert!(!body(&markdown(&format!("## S\n\n{text}\n\n## N\n"))).sections[0].empty, "{text:?}");
    }
}

#[test]
fn passages_know_their_kind_and_section() {
    let read = markdown(
        "intro\n# A\n- [x] done *it*\n\n  Owner: ana\n  - nested\n    more\n- [ ] open\n\n1. one\n\n> quoted\n> - item\n\n```sh\ncode\n```\n\n<div>html</div>\n\n[^1]: note\n",
    );
    use PassageKind::{Code, Item, Paragraph, Quote};
    assert_eq!(
        passages(&read),
        [
            (Paragraph, "intro"),
            (Item { ticked: Some(true) }, "done *it*\n\n  Owner: ana"),
            (Item { ticked: None }, "nested\n    more"),
            (Item { ticked: Some(false) }, "open"),
            (Item { ticked: None }, "one"),
            (Quote, "quoted"),
            (Quote, "item"),
            (Code, "code"),
            (Paragraph, "<div>html</div>"),
            (Paragraph, "note"),
        ]
    );
    assert_eq!((body(&read).passages[0].section, body(&read).passages[1].section), (None, Some(0)));
}

#[test]
fn code_comments_and_targets_are_masked() {
    let read = markdown(
        "a `b` <!-- c --> [d `e`](https://f \"t\") <https://g> https://h.example/x?y=(1), ![i](j.png) [k][l] **m** x@y.z\n\n[l]: https://n\n",
    );
    assert_eq!(
        read.masked(&body(&read).passages[0]),
        [
            "`b`",
            "<!-- c -->",
            "`e`",
            "](https://f \"t\")",
            "<https://g>",
            "https://h.example/x?y=(1",
            "](j.png)",
            "][l]",
        ]
    );
}

#[test]
fn addresses_are_masked_whole_and_once() {
    let read = markdown("See https://x.example/a_b_c/*d*?q=1#e, [https://y.z](https://y.z) and `https://code`.\n");
    assert_eq!(
        read.masked(&body(&read).passages[0]),
        ["https://x.example/a_b_c/*d*?q=1#e", "https://y.z", "](https://y.z)", "`https://code`"]
    );
}

#[test]
fn cells_are_as_written() {
    let read = markdown(
        "# S\n\n| Who | What | When |\n|:--|---|--:|\n| **ana** | a \\| b `c` | [x](y) |\n| ü 🔥 | | <!-- n --> |\n  a | b | c\n| | | |\n\ntext\n",
    );
    let table = &body(&read).tables[0];
    let rows: Vec<_> = table.rows.iter().map(|row| read.cells(row)).collect();
    assert_eq!(read.cells(&table.header), [("Who", "Who"), ("What", "What"), ("When", "When")]);
    assert_eq!(rows[0], [("ana", "**ana**"), ("a | b c", "a \\| b `c`"), ("x", "[x](y)")]);
    assert_eq!(rows[1], [("ü 🔥", "ü 🔥"), ("", ""), ("", "<!-- n -->")]);
    assert_eq!(rows[2], [("a", "a"), ("b", "b"), ("c", "c")]);
    assert_eq!((rows.len(), read.problems(), table.section), (3, vec![], Some(0)));
    assert!(read.slice(table.span).starts_with("| Who") && read.slice(table.span).ends_with("| | | |"));
}

#[test]
fn rows_of_another_width_are_problems_from_three_columns_on() {
    let read = markdown("| a | b | c |\n|--|--|--|\n| 1 | 2 | 3\n| 1 | 2 |\n| 1 | 2 | 3 | 4 |\n| 1 | 2 | 3 | |\n");
    assert_eq!(
        read.problems(),
        [
            "4:1 <| 1 | 2 |> This row has 2 cells, the header has 3",
            "5:1 <| 1 | 2 | 3 | 4 |> This row has 4 cells, the header has 3"
        ]
    );
    let wide = markdown("| a | b |\n|--|--|\n| 1 | 2 | **3** |\n");
    assert_eq!(wide.problems(), [""; 0]);
    assert_eq!(wide.cells(&body(&wide).tables[0].rows[0]).len(), 3);
}

#[test]
fn tables_in_quotations_and_items_keep_their_places() {
    let read =
        markdown("> | a | b | c |\n> |--|--|--|\n> | 1 | 2 | 3 |\n\n- x\n\n  | d | e |\n  |---|---|\n  | 4 | 5 |\n");
    let cells: Vec<_> = body(&read).tables.iter().map(|table| read.cells(&table.rows[0])).collect();
    assert_eq!(cells[0], [("1", "1"), ("2", "2"), ("3", "3")]);
    assert_eq!(cells[1], [("4", "4"), ("5", "5")]);
    assert_eq!(read.problems(), [""; 0]);
}
