use super::super::Syntax;
use super::super::testing::{Read, read};

fn toml(text: &str) -> Read {
    read(text, Syntax::Toml)
}

#[test]
fn values_stay_as_written_and_in_order() {
    let read =
        toml("z = 1_000\na = -3.50\nd = 2026-03-01T21:10:00Z\nb = true\nt = 'x \"y\"'\ne = \"\"\"\none\ntwo\"\"\"\n");
    assert_eq!(read.tree(), r#"{z: 1_000, a: -3.50, d: 2026-03-01T21:10:00Z, b: true, t: "x \"y\"", e: "one\ntwo"}"#);
    assert_eq!((read.text_at("t"), read.text_at("z")), ("'x \"y\"'", "1_000"));
    assert_eq!(read.text_at("e"), "\"\"\"\none\ntwo\"\"\"");
}

#[test]
fn tables_cover_their_text() {
    let read = toml(
        "id = 1\n[[actions]]\nid = \"A1\"\n[actions.eff]\nok = 2\n\n[[actions]]\nid = \"A2\"\nx.\"y z\" = 3\n[factors]\nc = { d = [1, 2] }\n",
    );
    assert_eq!(
        read.tree(),
        "{id: 1, actions: [{id: \"A1\", eff: {ok: 2}}, {id: \"A2\", x: {y z: 3}}], factors: {c: {d: [1, 2]}}}"
    );
    assert_eq!(read.text_at("actions.0"), "[[actions]]\nid = \"A1\"\n[actions.eff]\nok = 2");
    assert_eq!(read.text_at("actions.1"), "[[actions]]\nid = \"A2\"\nx.\"y z\" = 3");
    assert_eq!(read.text_at("factors.c"), "{ d = [1, 2] }");
    let keys = &read.at("actions.1.x").map().unwrap().entries;
    assert_eq!(read.slice(keys[0].key_span), "\"y z\"");
}

#[test]
fn comments_are_found_and_look_alikes_are_not() {
    let read =
        toml("# top\r\na = \"no # one\" # one\r\nb = '''\n# no\n''' # two\nl = [ # three\n 1, # four\n]\n[t] # five");
    let comments: Vec<&str> = read.document.comments.iter().map(|span| read.slice(*span)).collect();
    assert_eq!(comments, ["# top", "# one", "# two", "# three", "# four", "# five"]);
    assert_eq!(read.problems(), [""; 0]);
}

#[test]
fn the_second_of_two_equal_keys_is_the_problem() {
    let read = toml("a = 1\n[t]\nb = 1\nb = 2\n[u]\nb = 3\n");
    assert_eq!(read.problems(), ["4:1 <b> The key `b` is here a second time (3:1: It is here first)"]);
    assert_eq!(read.tree(), "{a: 1, t: {b: 1}, u: {b: 3}}");
    let tables = toml("[t]\na = 1\n[t]\nb = 2\n");
    assert_eq!(tables.problems(), ["3:2 <t> The key `t` is here a second time (1:2: It is here first)"]);
}

#[test]
fn what_is_not_closed_is_reported_where_it_is_opened() {
    let read = toml("a = 1\nlist = [1,\n  2\nb = 2\ns = \"abc\nc = 3\n[t]\nx = { y = 1\nz = 4\n");
    assert_eq!(
        read.problems(),
        [
            "2:8 <[> This list is opened with `[` and not closed",
            "5:5 <\\\"> This text is opened with a quote and not closed",
            "8:5 <{> This table is opened with `{` and not closed",
        ]
    );
    assert_eq!(read.tree(), "{a: 1, b: 2, c: 3, t: {z: 4}}");
}

#[test]
fn several_errors_each_cost_their_line() {
    let read = toml("a = INC-1\nb\nc = 1\nd =\ne = \"\\q\"\nf = 2026-13-01\n[[g]\nh = 2\n[i]\nj = 3\n");
    assert_eq!(read.places(), ["1:5", "2:1", "4:4", "5:6", "6:5", "7:1"]);
    assert_eq!(read.tree(), r#"{a: INC-1, c: 1, d: -, e: "\\q", f: 2026-13-01, i: {j: 3}}"#);
}

#[test]
fn depth_is_a_problem() {
    for text in [format!("a = {}\nb = 1\n", "[".repeat(50_000)), format!("{}a = 1\nb = 1\n", "a.".repeat(50_000))] {
        let read = toml(&text);
        assert_eq!((read.document.problems.len(), read.tree()), (1, "{b: 1}".to_owned()));
    }
    let read = toml(&format!("a = {}{}\nb = 1\n", "[".repeat(100), "]".repeat(100)));
    assert_eq!(read.problems(), ["1:85 <[> Lists and tables are nested too deeply here"]);
    assert_eq!(toml("l = [1.5, 2.5]\n").problems(), [""; 0]);
}

#[test]
fn nothing_is_no_data() {
    assert_eq!(toml("# c\n\n").document.data, None);
}
