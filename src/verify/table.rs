//! A table, row by row and column by column.

use super::values::{paired, part};
use super::{Kind, Part, State, Statement};
use crate::text::{Text, shorten};
use std::collections::BTreeMap;

/// The longest key of a row that is shown.
const LONGEST_KEY: usize = 120;

/// The rows of a table as RFC 4180 has it, head first; `None` where it is no such table.
pub(super) fn rows(text: &str) -> Option<Vec<Vec<String>>> {
    let (mut rows, mut row, mut rest) = (Vec::new(), Vec::new(), text);
    while !rest.is_empty() {
        let (cell, behind) = cell(rest)?;
        row.push(cell);
        rest = if let Some(next) = behind.strip_prefix(',') {
            if next.is_empty() {
                return None;
            }
            next
        } else {
            rows.push(std::mem::take(&mut row));
            behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n')).or(behind.is_empty().then_some(""))?
        };
    }
    Some(rows)
}

/// The first cell of a text, and what stands behind it.
fn cell(text: &str) -> Option<(String, &str)> {
    let Some(mut inside) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n', '"']).unwrap_or(text.len());
        return Some((text.get(..end)?.to_owned(), text.get(end..)?));
    };
    let mut cell = String::new();
    loop {
        let (before, behind) = inside.split_once('"')?;
        cell.push_str(before);
        let Some(next) = behind.strip_prefix('"') else { return Some((cell, behind)) };
        cell.push('"');
        inside = next;
    }
}

/// The statements of a table against those of another; `None` where the first is no table.
pub(super) fn statements(pack: &str, made: &str) -> Option<Vec<Statement>> {
    let (pack, made) = (rows(pack)?, rows(made).unwrap_or_default());
    let head = |rows: &[Vec<String>]| rows.first().cloned().unwrap_or_default();
    let (pack_head, made_head) = (head(&pack), head(&made));
    let mut statements = vec![heads(&pack_head, &made_head)];
    let (theirs, ours) = (keyed(&pack, &made_head), keyed(&made, &made_head));
    statements.extend(paired(&theirs, &ours).map(|(key, theirs, ours)| {
        let parts = match (theirs, ours) {
            (Some(theirs), Some(ours)) => cells((&pack_head, theirs), (&made_head, ours)),
            _ => Vec::new(),
        };
        statement(Kind::Row, key, (theirs.is_some(), ours.is_some()), parts)
    }));
    Some(statements)
}

fn statement(kind: Kind, key: &str, (is_theirs, is_ours): (bool, bool), parts: Vec<Part>) -> Statement {
    let state = match (is_theirs, is_ours, parts.is_empty()) {
        (false, ..) => State::Missing,
        (_, false, _) => State::Extra,
        (.., true) => State::Holds,
        (.., false) => State::Differs,
    };
    Statement { kind, subject: Text::new(shorten(key, LONGEST_KEY)), about: None, state, parts }
}

fn heads(pack: &[String], made: &[String]) -> Statement {
    let parts = if pack == made { Vec::new() } else { vec![part("", Some(&pack.join(",")), Some(&made.join(",")))] };
    statement(Kind::Heads, "heads", (true, true), parts)
}

/// The rows by what names them: the incident, and the action where the table is of actions. Rows of one name are counted.
fn keyed<'r>(rows: &'r [Vec<String>], head: &[String]) -> Vec<(String, &'r Vec<String>)> {
    let width = if head.get(1).is_some_and(|second| second == "action") { 2 } else { 1 };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let named = rows.iter().skip(1).map(|row| {
        let key = row.iter().take(width).map(String::as_str).collect::<Vec<_>>().join("/");
        let number = seen.entry(key.clone()).or_default();
        *number += 1;
        (if *number == 1 { key } else { format!("{key} ({number})") }, row)
    });
    named.collect()
}

fn cells((pack_head, pack): (&[String], &[String]), (made_head, made): (&[String], &[String])) -> Vec<Part> {
    let differ = made_head.iter().enumerate().filter_map(|(at, column)| {
        let theirs = pack_head.iter().position(|name| name == column).and_then(|at| pack.get(at));
        let ours = made.get(at);
        (theirs != ours).then(|| part(column, theirs.map(String::as_str), ours.map(String::as_str)))
    });
    let mut parts: Vec<Part> = differ.collect();
    if pack.len() > pack_head.len() {
        parts.push(part("cells", Some(&pack.len().to_string()), Some(&made.len().to_string())));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_are_written() {
        let read = rows("id,text\r\nA,\"a, \"\"b\"\"\r\nc\"\r\nB,\r\n").unwrap();
        assert_eq!(read, [["id", "text"], ["A", "a, \"b\"\r\nc"], ["B", ""]]);
        for broken in ["id,\"text\r\n", "id\r\n\"a\"b\r\n", "a,b,"] {
            assert_eq!(rows(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_changed_cell_a_missing_row_and_one_too_many_are_told_apart() {
        let made = "incident,action,due\r\nI1,A1,x\r\nI1,A2,y\r\nI1,A2,z\r\n";
        let pack = "incident,action,due\r\nI1,A1,w\r\nI1,A2,y\r\nI9,A1,v\r\n";
        let states: Vec<_> =
            statements(pack, made).unwrap().into_iter().map(|one| (one.subject.to_string(), one.state)).collect();
        let expected = [
            ("heads", State::Holds),
            ("I1/A1", State::Differs),
            ("I1/A2", State::Holds),
            ("I1/A2 (2)", State::Missing),
            ("I9/A1", State::Extra),
        ];
        assert_eq!(states, expected.map(|(key, state)| (key.to_owned(), state)));
    }
}
