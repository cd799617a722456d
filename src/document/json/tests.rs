use super::super::testing::{Read, read};
use super::super::{MAX_DEPTH, Syntax};

fn json(text: &str) -> Read {
    read(text, Syntax::Json)
}

#[test]
fn values_are_read_with_their_places() {
    let read =
        json("{\"id\": \"A \\\"q\\\" \\u00fc\", \"n\": -1.50e3, \"b\": true, \"x\": null, \"🔥\": [{}, []]}\r\n");
    assert_eq!(read.tree(), r#"{id: "A \"q\" ü", n: -1.50e3, b: true, x: -, 🔥: [{}, []]}"#);
    assert_eq!((read.text_at("n"), read.text_at("x"), read.text_at("🔥")), ("-1.50e3", "null", "[{}, []]"));
    assert_eq!(read.text_at("id"), "\"A \\\"q\\\" \\u00fc\"");
    assert_eq!(read.problems(), [""; 0]);
    assert_eq!(json(" \n").document.data, None);
}

#[test]
fn slips_are_reported_and_read_over() {
    let read = json("{\"a\": [1, 2,], \"b\" 3, \"c\": [1 2], \"d\": , \"a\": 4, // x\n \"e\": 5,}");
    assert_eq!(read.tree(), "{a: [1, 2], b: 3, c: [1, 2], e: 5}");
    assert_eq!(
        read.problems(),
        [
            "1:12 <,> There is a comma after the last value",
            "1:16 <\\\"b\\\"> No colon follows this key",
            "1:30 <> A comma is missing here",
            "1:35 <\\\"d\\\"> This key has no value",
            "1:42 <\\\"a\\\"> The key `a` is here a second time (1:2: It is here first)",
            "1:50 <// x> JSON has no comments",
            "2:8 <,> There is a comma after the last value",
        ]
    );
}

#[test]
fn a_broken_value_costs_only_its_key() {
    let read = json("{\"id\": INC-1, \"h\": 'x', \"g\": 01, \"k\": \"\\q\", \"t\": \"a\tb\", b: 1, \"z\": 2}");
    assert_eq!(read.tree(), "{t: \"a\\tb\", z: 2}");
    assert_eq!(read.places(), ["1:8", "1:20", "1:30", "1:40", "1:52", "1:57"]);
}

#[test]
fn unclosed_brackets_are_reported_where_they_are_opened() {
    let read = json("{\"r\": [\"a\", \"b\",\n \"assets\": [\"vpn\"],\n \"o\": {\"p\": [1, 2},\n \"z\": 1\n");
    assert_eq!(read.tree(), "{r: [\"a\", \"b\"], assets: [\"vpn\"], o: {p: [1, 2]}, z: 1}");
    assert_eq!(read.places(), ["1:1", "1:7", "3:13"]);
}

#[test]
fn an_unclosed_quote_is_reported_where_it_is_opened() {
    let read = json("{\"a\": \"x,\n \"b\": 1,\n \"c\": \"y\"}");
    assert_eq!(read.problems(), ["1:7 <\\\"> This text is opened with a quote and not closed on its line"]);
    assert_eq!(read.tree(), "{b: 1, c: \"y\"}");
}

#[test]
fn depth_and_the_number_of_values_are_limited() {
    let closed = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(json(&closed(MAX_DEPTH)).problems(), [""; 0]);
    assert_eq!(json(&closed(MAX_DEPTH + 1)).places(), [format!("1:{}", MAX_DEPTH + 1)]);
    assert_eq!(json(&closed(50_000)).document.problems.len(), 1);
    assert_eq!(json("{} {}").places(), ["1:4"]);
    assert_eq!(json("{\u{a0}\"a\": 1}").places(), ["1:2"]);
}

#[test]
fn brackets_too_much_or_missing_around_the_whole_are_read_over() {
    let read = json("\"a\": 1, \"b\": {\"c\": 2}}, \"d\": 3\n");
    assert_eq!(read.tree(), "{a: 1, b: {c: 2}, d: 3}");
    assert_eq!(
        read.problems(),
        ["1:1 <> The opening `{` is missing here", "1:22 <}> This bracket closes the object too early"]
    );
}
