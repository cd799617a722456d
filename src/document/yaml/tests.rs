use super::super::testing::{Read, read};
use super::super::{MAX_DEPTH, Syntax, Value};

fn yaml(text: &str) -> Read {
    read(text, Syntax::Yaml)
}

#[test]
fn scalars_stay_as_written() {
    let read = yaml("version: 2.10\non: yes\nat: 2026-03-01T21:10Z\nid: 007\nhex: 0x1F\nq: '2.10'\nd: \"a\\tb\"\n");
    assert_eq!(
        read.tree(),
        r#"{version: 2.10, on: yes, at: 2026-03-01T21:10Z, id: 007, hex: 0x1F, q: "2.10", d: "a\tb"}"#
    );
    assert_eq!((read.text_at("q"), read.text_at("d"), read.text_at("id")), ("'2.10'", "\"a\\tb\"", "007"));
    assert_eq!(read.problems(), [""; 0]);
}

#[test]
fn an_empty_value_stands_behind_its_colon() {
    let read = yaml("a:\nb: ~ # c\nc: null\nd :   \n\"e\":\nlist:\n-\n- x\nf: [{g}]\n");
    assert_eq!(read.tree(), "{a: -, b: -, c: -, d: -, e: -, list: [-, x], f: [{g: -}]}");
    let starts = ["a", "d", "e", "list.0", "f.0.g"].map(|path| {
        assert!(read.at(path).span.is_empty());
        read.source.position(read.at(path).span.start).column
    });
    assert_eq!(starts, [3, 4, 5, 2, 7]);
    assert_eq!((read.text_at("b"), read.text_at("c")), ("~", "null"));
    assert_eq!(yaml("x: \"null\"\ny: !!str null\n").tree(), "{x: \"null\", y: \"null\"}");
}

#[test]
fn spans_cover_lists_mappings_and_block_texts() {
    let read = yaml("a:\n- x\n- k: v\n  l: w\nb:\n  c: {d: [1, 2]}\ntext: |\n  one\n  two\n\nend: 1\r\n");
    assert_eq!(read.text_at("a"), "- x\n- k: v\n  l: w");
    assert_eq!(read.text_at("a.1"), "k: v\n  l: w");
    assert_eq!((read.text_at("b"), read.text_at("b.c")), ("c: {d: [1, 2]}", "{d: [1, 2]}"));
    assert_eq!(read.text_at("text"), "one\n  two");
    assert_eq!(read.at("text").text(), Some("one\ntwo\n"));
    assert_eq!(read.text_at("end"), "1");
    assert_eq!(read.slice(read.document.data.as_ref().unwrap().span).len(), read.source.text().len() - 2);
}

#[test]
fn places_are_right_behind_emoji_and_odd_characters() {
    let read = yaml("'🔥 key': {ü: \"🔥 é\", z: [ü\u{2028}x, y]} # 🔥\r\nend: x");
    assert_eq!(read.slice(read.document.data.as_ref().unwrap().map().unwrap().entries[0].key_span), "'🔥 key'");
    assert_eq!(read.text_at("🔥 key.ü"), "\"🔥 é\"");
    assert_eq!((read.text_at("🔥 key.z.0"), read.text_at("🔥 key.z.1")), ("ü\u{2028}x", "y"));
    assert_eq!(read.slice(read.document.comments[0]), "# 🔥");
    assert_eq!(read.text_at("end"), "x");
}

#[test]
fn comments_are_found_and_look_alikes_are_not() {
    let read = yaml("# top\na: 'no # comment' # one\nb: x#y\nc: |\n  # text\n# last");
    let comments: Vec<&str> = read.document.comments.iter().map(|span| read.slice(*span)).collect();
    assert_eq!(comments, ["# top", "# one", "# last"]);
}

#[test]
fn nothing_is_no_data() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n"] {
        assert_eq!(yaml(text).document.data, None, "{text:?}");
        assert_eq!(yaml(text).problems(), [""; 0]);
    }
    assert_eq!(yaml("~").document.data.map(|node| node.value), Some(Value::Empty));
}

#[test]
fn the_second_of_two_equal_keys_is_the_problem() {
    let read = yaml("a: 1\nb:\n  c: 1\n  \"c\": {x: [2]}\na: 3\nd: 4\n");
    assert_eq!(read.tree(), "{a: 1, b: {c: 1}, d: 4}");
    assert_eq!(
        read.problems(),
        [
            "4:3 <\\\"c\\\"> The key `c` is here a second time (3:3: It is here first)",
            "5:1 <a> The key `a` is here a second time (1:1: It is here first)",
        ]
    );
}

#[test]
fn keys_must_be_words() {
    let read = yaml("? [a, b]\n: c\n{x: 1}: y\n: z\nd: 1\n~: 2\n");
    assert_eq!(read.tree(), "{d: 1, ~: 2}");
    assert_eq!(read.places(), ["1:3", "3:1", "4:1"]);
}

#[test]
fn an_unclosed_bracket_is_reported_where_it_is_opened() {
    let read = yaml("id: 1\nresponders: [a, b\nassets: [vpn]\nend: 1\n");
    assert_eq!(read.problems(), ["2:13 <[> This list is opened with `[` and not closed"]);
    assert_eq!(read.tree(), "{id: 1, responders: [a, b], assets: [vpn], end: 1}");
    assert_eq!(read.text_at("responders"), "[a, b");
    let nested = yaml("cost: {hours: 1, who: [ana, ben}\nend: 1\nx: {a: {b: c}\ny: {k: [1, 2\n");
    assert_eq!(
        nested.problems(),
        [
            "1:32 <}> This `}` closes a list that is opened with `[` (1:23: The list is opened here)",
            "3:4 <{> This mapping is opened with `{` and not closed",
            "4:8 <[> This list is opened with `[` and not closed",
        ]
    );
    assert_eq!(nested.tree(), "{end: 1, x: {a: {b: c}}, y: {k: [1, 2]}}");
}

#[test]
fn an_unclosed_bracket_inside_of_a_list_costs_only_its_key() {
    let read = yaml(
        "actions:\n  - id: A1\n    text: [x,\n      y\n    due: 2026-01-01\n  - id: A2\n    owner: {a: b\nreviews:\n- k: [z\n- k: 2\n",
    );
    assert_eq!(
        read.tree(),
        "{actions: [{id: A1, text: [x, y], due: 2026-01-01}, {id: A2, owner: {a: b}}], reviews: [{k: [z]}, {k: 2}]}"
    );
    assert_eq!(read.places(), ["3:11", "7:12", "9:6"]);
}

#[test]
fn an_unclosed_bracket_at_the_root_is_found() {
    let read = yaml("# c\n{a: 1,\n b: [2, 3\n");
    assert_eq!(read.problems(), ["3:5 <[> This list is opened with `[` and not closed"]);
    assert_eq!(read.tree(), "{a: 1, b: [2, 3]}");
}

#[test]
fn an_unclosed_quote_is_reported_where_it_is_opened() {
    let read = yaml("title: \"abc\nlead: \"ana\"\nnote: 'x\nend: 1\n");
    assert_eq!(
        read.problems(),
        [
            "1:8 <\\\"> This text is opened with a quote and not closed",
            "3:7 <\\'> This text is opened with a quote and not closed",
        ]
    );
    assert_eq!(read.tree(), "{lead: \"ana\", end: 1}");
    let list = yaml("v: [a, \"b, c]\nw: 1\n");
    assert_eq!((list.places(), list.tree()), (vec!["1:8".to_owned()], "{w: 1}".to_owned()));
}

#[test]
fn text_behind_a_quotation_is_reported() {
    let read = yaml("a: 'It's'\nb: \"x\" y # c\nc: 1\n");
    assert_eq!(read.places(), ["1:8", "2:8"]);
    assert_eq!(read.tree(), "{c: 1}");
}

#[test]
fn a_tab_is_reported_at_the_tab() {
    let read = yaml("a:\n\tb: c\nd:\n  - x\n \t- y\ne: 1\n");
    assert_eq!(read.places(), ["2:1", "5:2"]);
    assert!(read.problems().iter().all(|problem| problem.contains("A tab is used for indentation here")));
    assert_eq!(read.tree(), "{d: [x], e: 1}");
}

#[test]
fn text_that_lacks_its_quotes_is_kept_as_written() {
    let read = yaml("title: VPN: taken # c\nlead: @ana\nlist:\n  - `code` x\n  - %y\nend: 1\n");
    assert_eq!(read.tree(), "{title: VPN: taken, lead: @ana, list: [`code` x, %y], end: 1}");
    assert_eq!(read.places(), ["1:11", "2:7", "4:5", "5:5"]);
    assert!(read.problems()[0].contains("a second colon"));
}

#[test]
fn markdown_and_templates_in_values_are_kept_as_written() {
    let read = yaml("link: [a](http://x)\nnote: - x\nbold: *b* text\nid: {{ID}}\nlist: [{{a}}, b]\nend: 1\n");
    assert_eq!(read.tree(), "{link: [a](http://x), note: - x, bold: *b* text, id: {{ID}}, list: [{{a}}, b], end: 1}");
    assert_eq!(
        read.problems(),
        [
            "1:10 <(http://x)> Text follows the value in this line",
            "2:7 <- x> A value cannot begin with `- `",
            "3:11 <text> Text follows the value in this line",
            "4:5 <{{ID}}> A value cannot begin with `{{`",
            "5:8 <{{a}}> A value cannot begin with `{{`",
        ]
    );
}

#[test]
fn a_line_that_is_no_key_costs_only_itself() {
    let read = yaml("a:1\nb: 2\nfoo\nc: 3\nd: x\n  e: 4\nf: 5\n");
    assert_eq!(read.tree(), "{b: 2, c: 3, f: 5}");
    assert_eq!(read.places(), ["1:1", "3:1", "5:1"]);
}

#[test]
fn a_wrong_indentation_is_reported_at_its_line() {
    let read = yaml("a:\n  - b\n c: d\ne: 1\n- f\ng: 2\n");
    assert_eq!(read.places(), ["3:2", "5:1"]);
    assert_eq!(read.tree(), "{a: [b], e: 1, g: 2}");
}

#[test]
fn a_wrong_escape_is_reported_at_its_backslash() {
    let read = yaml("a: \"C:\\temp\\q\"\nb: \"\\ud83d\"\nc: 1\n");
    assert_eq!(read.places(), ["1:12", "2:5"]);
    assert_eq!(read.tree(), "{c: 1}");
}

#[test]
fn nul_and_other_controls_are_problems() {
    let read = yaml("a: b\0c\nd: 1\n");
    assert_eq!((read.places(), read.tree()), (vec!["1:5".to_owned()], "{d: 1}".to_owned()));
}

#[test]
fn a_second_document_is_a_problem() {
    let read = yaml("---\na: 1\n---\nb: 2\n");
    assert_eq!(read.problems(), ["3:1 <---> A second document begins here in the same file"]);
    assert_eq!(read.tree(), "{a: 1}");
}

#[test]
fn aliases_are_cloned_and_unknown_ones_reported() {
    let read = yaml("a: &x {b: 1}\nc: *x\nd: *y\ne: &z [*z]\n&k key: 1\n*k : 2\n");
    assert_eq!(read.text_at("c"), "*x");
    assert_eq!(read.text_at("c.b"), "1");
    assert_eq!(
        read.problems(),
        [
            "3:4 <*y> Nothing before this alias is marked `&y`",
            "4:8 <*z> This alias stands inside the text that it refers to",
            "6:1 <*k> The key `key` is here a second time (5:4: It is here first)",
        ]
    );
}

#[test]
fn depth_is_limited_and_the_rest_is_kept() {
    let deep = format!("id: 1\nx: {}{}\nend: 1\n", "[".repeat(MAX_DEPTH - 2), "]".repeat(MAX_DEPTH - 2));
    assert_eq!(yaml(&deep).problems(), [""; 0]);
    for piece in ["[", "{a: ", "- "] {
        let read = yaml(&format!("id: 1\nx:\n  {}\nend: 1\n", piece.repeat(50_000)));
        assert_eq!(read.document.problems.len(), 1, "{:?}", read.problems());
        assert_eq!((read.text_at("id"), read.text_at("end")), ("1", "1"));
    }
}

#[test]
fn many_errors_end_with_a_word_about_the_rest() {
    let text: String = (0..200).map(|n| format!("k{n}: @x\n")).collect();
    let read = yaml(&text);
    assert!(read.problems().last().unwrap().contains("not read from here on"), "{:?}", read.problems());
    assert!(read.document.problems.len() < 60);
}

#[test]
fn crlf_and_a_missing_last_line_end_change_nothing() {
    let text = "a: 1\nl:\n  - x\n  - 'y'\nt: >\n  f\n  g\nm: {a: b}";
    let (plain, crlf) = (yaml(text), yaml(&text.replace('\n', "\r\n")));
    assert_eq!(plain.tree(), crlf.tree());
    assert_eq!((crlf.text_at("l.1"), crlf.text_at("t"), crlf.text_at("m")), ("'y'", "f\r\n  g", "{a: b}"));
}

#[test]
fn a_register_loses_only_the_broken_row() {
    let list = yaml("- id: R-1\n  owner: [ana\n  x: 1\n- id: \"R-2\n- id: R-3\n");
    assert_eq!(list.tree(), "[{id: R-1, owner: [ana], x: 1}, {}, {id: R-3}]");
    let map = yaml("risks:\n  R-1:\n    owner: {a: b\n  R-2:\n    owner: @ana\n    x: 1\n  R-3: {y: 2}\nz: 1\n");
    assert_eq!(map.tree(), "{risks: {R-1: {owner: {a: b}}, R-2: {owner: @ana, x: 1}, R-3: {y: 2}}, z: 1}");
    assert_eq!(yaml("  a: [1\n  b: 2\n").tree(), "{a: [1], b: 2}");
}
