//! How somebody would make a change look like substance without any, and how a real one could go unseen.

use super::*;
use crate::config::load;
use crate::document::office::testing;

fn boilerplate() -> Boilerplate {
    Boilerplate::new(&load(None, &[], None).unwrap())
}

fn said(path: &str, bytes: impl Into<Vec<u8>>) -> Substance {
    of_document(&boilerplate(), &RepoPath::new(path), bytes.into())
}

/// That two versions say the same.
fn same(path: &str, pairs: &[(&str, &str)]) {
    for (old, new) in pairs {
        assert_eq!(said(path, *old).digest, said(path, *new).digest, "{path}\n--- {old}\n+++ {new}");
    }
}

/// That two versions differ in substance.
fn differ(path: &str, pairs: &[(&str, &str)]) {
    for (old, new) in pairs {
        assert_ne!(said(path, *old).digest, said(path, *new).digest, "{path}\n--- {old}\n+++ {new}");
    }
}

#[test]
fn markdown_that_only_looks_different_says_the_same() {
    same(
        "p.md",
        &[
            ("---\ntitle: A\nscope: all\n---\nText.", "---\nscope: 'all'\ntitle: \"A\"\n---\n\nText.\n"),
            ("Users must sign in.", "Users **must** sign in."),
            ("Users must sign in.", "Users m**us**t sign _in_."),
            ("Users must sign in.", "Users\nmust sign\nin."),
            ("Users must sign in.", "Users must sign in.<!-- approved -->"),
            ("Users must sign in.", "<!-- approved by\n\neva -->\n\nUsers must sign in."),
            ("Users must sign in.", "Users must sign in.\n\n[//]: # (a remark)\n"),
            ("Users must sign in.", "> Users must sign in."),
            ("Users must sign in.", "Users must <b class=\"x\">sign</b> in."),
            ("Users must sign in.", "Users must `sign in`."),
            ("1. One\n2. Two", "3. One\n4. Two"),
            ("1. One\n2. Two", "- One\n- Two"),
            ("* One\n* Two", "- One\n- Two\n"),
            ("## Access\n\nText", "### Access\n\nText"),
            ("## Access\n\nText", "Access\n------\n\nText"),
            ("## 4.2 Access\n\nText", "## 4.3 Access\n\nText"),
            ("## 4 Access\n\nText", "## 5. Access\n\nText"),
            ("Say \"no\" -- don't.", "Say “no” – don’t."),
            ("A -> B", "A → B"),
            ("See [the page](https://x.example/a).", "See [the page](http://x.example/a/)."),
            ("See [the page](./a.md).", "See [the page](a.md)."),
            ("See [the page](a.md).", "See [the page][1].\n\n[1]: a.md"),
            ("See https://x.example/a now.", "See <https://x.example/a> now."),
            ("| A | B |\n|---|---|\n| c | d |", "|A|B|\n|:-:|--:|\n|c    |    d|"),
            ("| A | B | C |\n|---|---|---|\n| c | d | e |", "| B | A | C |\n|---|---|---|\n| d | c | e |"),
            ("- [ ] Tell the owner", "- Tell the owner"),
            ("R&D", "R&amp;D"),
            ("Text.\n\n```sh\nrm a\n```", "Text.\n\n    rm a\n"),
        ],
    );
}

#[test]
fn characters_that_nobody_sees_say_nothing() {
    for path in ["p.md", "p.txt", "p.yaml"] {
        same(
            path,
            &[
                ("a: the password", "a: the pass\u{ad}word"),
                ("a: the password", "a: the pass\u{200b}word\u{feff}"),
                ("a: the password", "a:  the\u{a0}password"),
                ("a: Müller", "a: Mu\u{308}ller"),
                ("a: office", "a: o\u{fb03}ce"),
                ("a: sign-in", "a: sign\u{2011}in"),
                ("a: copy", "a: с\u{43e}py"),
                ("a: text", "\u{feff}a: text\r\n"),
            ],
        );
    }
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("Für alle".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(said("p.md", utf16).digest, said("p.md", "Für alle").digest);
    let latin = b"F\xfcr alle gilt: die T\xfcr ist zu.".to_vec(); // typos:ignore
    assert_eq!(said("p.md", latin).digest, said("p.md", "Für alle gilt: die Tür ist zu.").digest);
}

#[test]
fn what_every_revision_touches_is_no_substance() {
    same(
        "p.md",
        &[
            (
                "---\nversion: 1.0\nreviewed: 2025-01-01\n---\nText",
                "---\nversion: 2.0\nreviewed: 2026-01-01\n---\nText",
            ),
            ("**Version:** 1.0\n\nText", "**Version:** 1.1\n\nText"),
            ("Version 1.0\n\nText", "Version 1.1\n\nText"),
            ("Text\n\n*Last updated on 2025-01-01*", "Text\n\n*Last updated on 2026-03-02*"),
            ("Text\n\nLast reviewed 3 March 2025", "Text\n\nLast reviewed 4 May 2026"),
            (
                "# A\n\nText\n\n## Change log\n\n- 1.0 first",
                "# A\n\nText\n\n## Change log\n\n- 1.0 first\n- 1.1 more words",
            ),
            (
                "| Version | Date | Author | Change |\n|---|---|---|---|\n| 1 | 2025 | a | b |",
                "| Version | Date | Author | Change |\n|---|---|---|---|\n| 1 | 2025 | a | b |\n| 2 | 2026 | c | d |",
            ),
            (
                "| Risk | Rating | Reviewed |\n|---|---|---|\n| R1 | 3 | 2025-01-01 |",
                "| Risk | Rating | Reviewed |\n|---|---|---|\n| R1 | 3 | 2026-01-01 |",
            ),
        ],
    );
    let (old, new) = (said("p.md", "Version 1.0\n\nText"), said("p.md", "Version 1.1\n\nText"));
    assert_ne!(old.revision, new.revision);
    same(
        "r.csv",
        &[("id,text,reviewed\nR1,a,2025-01-01\nR2,b,\n", "id,text,reviewed,new\nR2,b,,\nR1,a,2026-01-01,\n")],
    );
    same("r.yaml", &[("reviewed: 2025-01-01\na: b", "a: b\nreviewed: 2026-01-01 # checked")]);
    same("r.yaml", &[("- id: R1\n  reviewed: 2025-01-01", "- id: R1\n  reviewed: 2026-01-01")]);
}

#[test]
fn what_a_reader_would_act_on_is_substance() {
    differ(
        "p.md",
        &[
            ("At least 12 characters.", "At least 14 characters."),
            ("Within 1.5 hours.", "Within 15 hours."),
            ("Users must sign in.", "Users may sign in."),
            ("Users must share it.", "Users must not share it."),
            ("Users must sign in.", "~~Users must sign in.~~"),
            ("Only if it is < 5 days.", "Only if it is > 5 days."),
            ("Only if it is <= 5 days.", "Only if it is >= 5 days."),
            ("Down to -5 degrees.", "Down to 5 degrees."),
            ("At most 5 %.", "At most 5 €."),
            ("See [the procedure](PRO-01.md).", "See [the procedure](PRO-02.md)."),
            ("See [the procedure][p].\n\n[p]: PRO-01.md", "See [the procedure][p].\n\n[p]: PRO-02.md"),
            ("![plan](plan-1.png)", "![plan](plan-2.png)"),
            ("```\nallow 10.0.0.0/8\n```", "```\nallow 10.0.0.0/16\n```"),
            ("```\na -r\n```", "```\na -R\n```"),
            ("```\n# one\n```", "```\n# two\n```"),
            ("- [ ] Tell the owner", "- [x] Tell the owner"),
            ("| A | B | C |\n|---|---|---|\n| 2 | 3 | x |", "| A | B | C |\n|---|---|---|\n| 3 | 2 | x |"),
            (
                "Review: the team reads the whole log every week and tells the owner what it found there and why",
                "Review: the team reads the whole log every month and tells the owner what it found there and why",
            ),
            ("Review within 5 days", "Review within 10 days"),
            ("## 24 hours\n\nText", "## 48 hours\n\nText"),
            ("<p>Sign in</p>", "<p>Sign out</p>"),
            ("Text[^1]\n\n[^1]: Not at night.", "Text[^1]\n\n[^1]: At night."),
        ],
    );
}

#[test]
fn code_and_settings_count_sign_by_sign_apart_from_comments() {
    same("a.tf", &[("a = 1 # old\n", "# new\na  =  1 // other\n/* long\n comment */\n")]);
    same("a.sh", &[("#!/bin/sh\nrun\n", "#!/bin/bash\n\n  run # it\n")]);
    same("a.sql", &[("select 1; -- a", "-- b\nselect 1;")]);
    differ("a.tf", &[("a = \"x # y\"", "a = \"x # z\""), ("mfa = false", "mfa = true")]);
    differ("a.c", &[("#define MAX 5", "#define MAX 9")]);
    differ("a.sh", &[("run \\\n  --safe", "run \\\n  --unsafe"), ("curl https://a/b", "curl https://a/c")]);
    differ("crontab", &[("* 1 * * * run", "* 2 * * * run")]);
    differ("a.unknown", &[("// not a comment 1", "// not a comment 2"), ("#x 1", "#x 2")]);
    differ("a.yaml", &[("image:\n  version: 1.2", "image:\n  version: 1.3"), ("status: open", "status: closed")]);
    differ("a.json", &[("{\"a\": {\"version\": \"1\"}}", "{\"a\": {\"version\": \"2\"}}")]);
}

#[test]
fn html_and_plain_texts_by_their_words() {
    same("a.html", &[("<p class=\"a\">Sign in</p>", "<style>p{}</style><div><p>Sign\nin</p></div><!-- x -->")]);
    differ("a.html", &[("<a href=\"a.html\">x</a>", "<a href=\"b.html\">x</a>"), ("a < 5", "a > 5")]);
    same("a.txt", &[("1. One\n2. Two", "2. One\n3) Two"), ("Title\n=====\n", "TITLE\n\n")]);
    differ("a.txt", &[("1.5 days", "2.5 days")]);
}

#[test]
fn word_files_by_their_text() {
    let file = |text: &str, revision: &str| {
        let core = format!("<cp:coreProperties><cp:revision>{revision}</cp:revision></cp:coreProperties>");
        testing::docx(text, &[("docProps/core.xml", core.as_str())])
    };
    let (old, new) = (testing::p("Users must sign in."), testing::p("Users may sign in."));
    let said = |bytes: Vec<u8>| said("policies/POL-01.docx", bytes);
    assert!(said(file(&old, "1")).inspected);
    assert_eq!(said(file(&old, "1")), said(file(&old, "2")));
    assert_ne!(said(file(&old, "1")).digest, said(file(&new, "1")).digest);
    let split = "<w:p><w:r><w:t>Users mu</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>st sign in.</w:t></w:r></w:p>";
    assert_eq!(said(file(&old, "1")), said(file(split, "1")));
    let hidden = format!("{old}<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>New words.</w:t></w:r></w:p>");
    assert_eq!(said(file(&old, "1")), said(file(&hidden, "1")));
    let versioned = |version: &str| said(file(&(testing::p(&format!("Version: {version}")) + &old), "1"));
    assert_eq!(versioned("1.0").digest, versioned("1.1").digest);
    assert_ne!(versioned("1.0").revision, versioned("1.1").revision);
    assert!(!said(b"PK\x03\x04 damaged".to_vec()).inspected);
}

#[test]
fn excel_files_by_their_cells() {
    let file = |rating: &str, reviewed: &str| {
        let cell = |name: &str, text: &str| format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let row = |n: u8, a: &str, b: &str, c: &str| {
            let cells = [("A", a), ("B", b), ("C", c)].map(|(column, text)| cell(&format!("{column}{n}"), text));
            format!("<row r=\"{n}\">{}</row>", cells.concat())
        };
        said("r.xlsx", testing::xlsx(&(row(1, "ID", "Rating", "Reviewed") + &row(2, "R1", rating, reviewed)), ""))
    };
    assert!(file("3", "45000").inspected);
    assert_eq!(file("3", "45000").digest, file("3", "46000").digest);
    assert_ne!(file("3", "45000").revision, file("3", "46000").revision);
    assert_ne!(file("3", "45000").digest, file("4", "45000").digest);
}
