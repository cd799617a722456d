//! Word and Excel files by their text: what a reader sees of them, without layout and without properties.
//!
//! Such a file is an archive of XML parts. Only the parts that hold text are unpacked, up to a limit, so a small file
//! cannot become a large one. What cannot be read as a whole is not read at all: the caller says so.

mod sheet;
mod word;
mod xml;

use super::Piece;
use crate::source::RepoPath;
use std::collections::HashMap;
use std::io::{Cursor, Read as _};
use xml::Parts;
use zip::ZipArchive;

/// The most bytes that the parts of one file may unpack to.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Whether the text of a path of this kind can be read.
pub fn is_office(path: &RepoPath) -> bool {
    ["docx", "docm", "dotx", "xlsx", "xlsm", "xltx"].contains(&path.extension().as_str())
}

/// The text of an office file; `None` where it cannot be read: it is damaged, encrypted, too large, or something else.
pub fn pieces(path: &RepoPath, bytes: &[u8]) -> Option<Vec<Piece>> {
    let mut package = Package { archive: ZipArchive::new(Cursor::new(bytes)).ok()?, left: MOST_BYTES };
    let main = package.main()?;
    match path.extension().as_str().chars().next()? {
        'd' => word::read(&mut package, &main),
        _ => sheet::read(&mut package, &main),
    }
}

/// The parts of a file.
struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl Package<'_> {
    /// The text of a part; `None` where it is missing, damaged, no UTF-8, or over the limit.
    fn part(&mut self, name: &str) -> Option<String> {
        let file = self.archive.by_name(name).ok()?;
        let mut bytes = Vec::new();
        // What the archive states about its sizes is not trusted.
        file.take(self.left + 1).read_to_end(&mut bytes).ok()?;
        self.left = self.left.checked_sub(bytes.len() as u64)?;
        String::from_utf8(bytes).ok()
    }

    fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// A part that need not be there: an empty text where it is not.
    fn optional(&mut self, name: &str) -> Option<String> {
        if self.has(name) { self.part(name) } else { Some(String::new()) }
    }

    /// The part that holds the document: applications name it differently.
    fn main(&mut self) -> Option<String> {
        let relations = self.part("_rels/.rels")?;
        let relations = Relations::read("", &relations)?;
        relations.of_type("/officeDocument").next().map(ToOwned::to_owned)
    }

    /// What a part relates to.
    fn relations(&mut self, part: &str) -> Option<Relations> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let text = self.optional(&format!("{folder}{slash}_rels/{name}.rels"))?;
        Relations::read(folder, &text)
    }
}

/// The relations of a part: parts of the package, and addresses.
#[derive(Default)]
struct Relations {
    /// Type and target by id.
    by_id: HashMap<String, (String, String)>,
    /// The ids in the order of the file.
    order: Vec<String>,
}

impl Relations {
    fn read(folder: &str, text: &str) -> Option<Self> {
        let mut relations = Self::default();
        let mut parts = Parts::new(text);
        while let Some(part) = parts.next()? {
            let xml::Part::Open(tag) = part else { continue };
            if tag.name() != "Relationship" {
                continue;
            }
            let (id, kind, target) = (tag.value("Id")?, tag.value("Type")?, tag.value("Target")?);
            let is_outside = tag.value("TargetMode").is_some_and(|mode| mode == "External");
            let target = if is_outside { target } else { inside(folder, &target) };
            relations.order.push(id.clone());
            relations.by_id.insert(id, (kind, target));
        }
        Some(relations)
    }

    fn target(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|(_, target)| target.as_str())
    }

    /// The targets of a type, which is the end of an address.
    fn of_type<'r>(&'r self, end: &'r str) -> impl Iterator<Item = &'r str> {
        let known = self.order.iter().filter_map(|id| self.by_id.get(id));
        known.filter(move |(kind, _)| kind.ends_with(end)).map(|(_, target)| target.as_str())
    }
}

/// A target inside of the package: from its root, or from the folder of the part.
fn inside(folder: &str, target: &str) -> String {
    let mut way: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(way.pop()),
            step => way.push(step),
        }
    }
    way.retain(|step| !step.is_empty());
    way.join("/")
}

#[cfg(test)]
pub(crate) mod testing {
    //! Office files in memory.

    use std::io::{Cursor, Write as _};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// An archive of parts.
    pub(crate) fn package(main: &str, parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let relations = format!(
            "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/relationships/officeDocument\" \
             Target=\"{main}\"/></Relationships>"
        );
        for (name, text) in [("_rels/.rels", relations.as_str())].iter().chain(parts) {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// A Word file whose body is given.
    pub(crate) fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
        let text = format!("<?xml version=\"1.0\"?><w:document><w:body>{body}</w:body></w:document>");
        let mut parts = vec![("word/document.xml", text.as_str())];
        parts.extend_from_slice(more);
        package("word/document.xml", &parts)
    }

    /// A paragraph.
    pub(crate) fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
    }

    /// An Excel file with one sheet, whose rows are given.
    pub(crate) fn xlsx(rows: &str, strings: &str) -> Vec<u8> {
        package(
            "xl/workbook.xml",
            &[
                (
                    "xl/workbook.xml",
                    "<workbook><sheets><sheet name=\"Risks\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                ),
                (
                    "xl/_rels/workbook.xml.rels",
                    "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" \
                     Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"x/sharedStrings\" \
                     Target=\"sharedStrings.xml\"/></Relationships>",
                ),
                ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
                ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{docx, p, package, xlsx};
    use super::*;

    fn read(name: &str, bytes: &[u8]) -> Option<Vec<Piece>> {
        pieces(&RepoPath::new(name), bytes)
    }

    fn texts(name: &str, bytes: &[u8]) -> Vec<String> {
        let piece = |piece: Piece| match piece {
            Piece::Heading(level, text) => format!("{level}: {text}"),
            Piece::Paragraph(text) | Piece::Code(text) => text,
            Piece::Table(table) => {
                let rows = std::iter::once(&table.header).chain(&table.rows);
                let row = |row: &crate::document::Row| row.cells.iter().map(|c| &*c.text).collect::<Vec<_>>().join("|");
                rows.map(row).collect::<Vec<_>>().join("/")
            }
        };
        read(name, bytes).unwrap().into_iter().map(piece).collect()
    }

    #[test]
    fn paragraphs_headings_and_tables_of_word() {
        let styles = "<w:styles><w:style w:styleId=\"berschrift1\"><w:name w:val=\"heading 1\"/></w:style></w:styles>";
        let body = format!(
            "<w:p><w:pPr><w:pStyle w:val=\"berschrift1\"/></w:pPr><w:r><w:t>Access</w:t></w:r></w:p>{}<w:tbl><w:tr>\
             <w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr><w:tr><w:tc>{}</w:tc><w:tc>{}{}</w:tc></w:tr></w:tbl>",
            "<w:p><w:r><w:t>R&amp;D m</w:t></w:r><w:r><w:t>ay</w:t><w:tab/><w:t>&#220;ben</w:t></w:r>\
             <w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
            p("A"),
            p("B"),
            p("c"),
            p("d"),
            p("e"),
        );
        let file = docx(&body, &[("word/styles.xml", styles), ("docProps/core.xml", "<revision>7</revision>")]);
        assert_eq!(texts("x.docx", &file), ["1: Access", "R&D may Üben", "A|B/c|d e"]);
    }

    #[test]
    fn what_applications_fill_in_is_no_text() {
        let field = |name: &str, shown: &str| {
            format!(
                "<w:p><w:r><w:t>Before </w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> \
                 {name} \\o</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>{shown}\
                 </w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:t> after</w:t></w:r></w:p>"
            )
        };
        assert_eq!(texts("x.docx", &docx(&field("DATE", "2026-03-01"), &[])), ["Before  after"]);
        assert_eq!(texts("x.docx", &docx(&field("REF", "4.2"), &[])), ["Before 4.2 after"]);
        let simple = "<w:p><w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>7</w:t></w:r></w:fldSimple></w:p>";
        assert_eq!(texts("x.docx", &docx(simple, &[])), [""; 0]);
    }

    #[test]
    fn ticks_and_links_of_word_are_seen() {
        let tick = |on: u8| {
            format!(
                "<w:p><w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"{on}\"/></w14:checkbox></w:sdtPr></w:sdt>\
                     <w:r><w:t>done</w:t></w:r></w:p>"
            )
        };
        assert_ne!(texts("x.docx", &docx(&tick(0), &[])), texts("x.docx", &docx(&tick(1), &[])));
        let link = "<w:p><w:hyperlink r:id=\"rId9\"><w:r><w:t>procedure</w:t></w:r></w:hyperlink></w:p>";
        let to = "<Relationships><Relationship Id=\"rId9\" Type=\"x/hyperlink\" Target=\"PRO-02.docx\" \
                  TargetMode=\"External\"/></Relationships>";
        let file = docx(link, &[("word/_rels/document.xml.rels", to)]);
        assert_eq!(texts("x.docx", &file), ["procedure (PRO-02.docx)"]);
    }

    #[test]
    fn cells_of_excel_by_what_they_say() {
        let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>Rating</t></is></c>\
                    </row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"C2\"><f>B2*2</f><v>12</v></c></row>\
                    <row r=\"3\"><c r=\"A3\"/></row>";
        let strings = "<si><t>Risk</t></si><si><r><t>Loss of </t></r><r><t>power</t></r><rPh><t>x</t></rPh></si>";
        assert_eq!(texts("x.xlsx", &xlsx(rows, strings)), ["1: Risks", "Risk||Rating/Loss of power||=B2*2"]);
    }

    #[test]
    fn what_cannot_be_read_whole_is_not_read() {
        let good = docx(&p("text"), &[]);
        assert!(read("x.docx", &good).is_some());
        assert!(read("x.docx", &good[..good.len() / 2]).is_none());
        assert!(read("x.docx", b"no archive").is_none());
        assert!(read("x.xlsx", &good).is_none());
        assert!(read("x.docx", &docx("<w:p><w:r></w:p>", &[])).is_none());
        assert!(read("x.docx", &package("word/missing.xml", &[])).is_none());
        let doctype = "<!DOCTYPE a [<!ENTITY b \"c\">]><w:document><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>";
        assert!(read("x.docx", &package("d.xml", &[("d.xml", doctype)])).is_none());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let body = p(&"a ".repeat(MOST_BYTES as usize / 2));
        let bomb = docx(&body, &[]);
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        assert!(read("x.docx", &bomb).is_none());
        let deep =
            format!("{}{}{}", "<w:tbl><w:tr><w:tc>".repeat(50_000), p("a"), "</w:tc></w:tr></w:tbl>".repeat(50_000));
        assert!(read("x.docx", &docx(&deep, &[])).is_none());
        let far = "<row r=\"1\"><c r=\"XFD1048576\"><v>1</v></c></row>";
        assert!(read("x.xlsx", &xlsx(far, "")).is_some());
    }

    #[test]
    fn targets_of_parts_are_ways() {
        assert_eq!(inside("xl", "worksheets/a.xml"), "xl/worksheets/a.xml");
        assert_eq!(inside("xl", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(inside("xl/sub", "../a.xml"), "xl/a.xml");
        assert_eq!(inside("", "../../a.xml"), "a.xml");
    }
}
