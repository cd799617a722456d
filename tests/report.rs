//! `closeloop report` and `closeloop verify`, as processes over the example organisation and small repositories.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};
use support::{AS_OF, CLEAN, OVERDUE, Repo, Run, command, finish, result};
use tempfile::TempDir;

const NAMES: [&str; 12] = [
    "MANIFEST.sha256",
    "actions.csv",
    "checklist.md",
    "evidence.xlsx",
    "incidents.csv",
    "oscal-assessment-results.json",
    "oscal-poam.json",
    "provenance.json",
    "report.html",
    "report.pdf",
    "result.json",
    "statement.intoto.json",
];

/// A repository with a clean and an overdue record, and an empty folder for packs.
fn repo() -> (Repo, TempDir) {
    let files = [("incidents/INC-2026-0001.md", CLEAN), ("incidents/INC-2026-0002.md", OVERDUE)];
    (Repo::with(&files), TempDir::new().unwrap())
}

fn arguments<'a>(output: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let period = ["report", "--from", "2026-01-01", "--to", "2026-03-31", "--as-of", AS_OF, "--output"];
    [&period[..], &[output.to_str().unwrap()], more].concat()
}

fn report(repo: &Repo, output: &Path, more: &[&str]) -> Run {
    repo.run(&arguments(output, more))
}

fn verify(repo: &Repo, pack: &Path) -> Run {
    repo.run(&["verify", pack.to_str().unwrap()])
}

/// The files of a pack by name; what is no text as a character for each byte, so that equal means equal bytes.
fn files(pack: &Path) -> Vec<(String, String)> {
    let text = |path: &Path| {
        String::from_utf8(std::fs::read(path).unwrap())
            .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
    };
    let mut files: Vec<_> = std::fs::read_dir(pack)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), text(&path)))
        .collect();
    files.sort();
    files
}

fn file(pack: &Path, name: &str) -> String {
    std::fs::read_to_string(pack.join(name)).unwrap()
}

/// A pack of the repository, which is in order.
fn pack(repo: &Repo, folder: &TempDir, more: &[&str]) -> PathBuf {
    let pack = folder.path().join("pack");
    let run = report(repo, &pack, more);
    assert!(run.code <= 1, "{run:?}");
    pack
}

/// The rows of a table, each as its cells.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    rows
}

fn column(csv: &str, name: &str) -> Vec<String> {
    let rows = rows(csv);
    let at = rows[0].iter().position(|head| head == name).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn a_pack_holds_the_result_the_tables_and_a_list_that_sha256sum_takes() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let files = files(&pack);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), NAMES);
    let check = repo.check(&["--at", "HEAD", "--output", "json"]);
    assert_eq!(file(&pack, "result.json"), check.out);
    assert_eq!(result(&check.out)["verdict"], "fail");
    let sums =
        std::process::Command::new("sha256sum").args(["--strict", "-c", "MANIFEST.sha256"]).current_dir(&pack).output();
    // Where there is no such program, `closeloop verify` has compared them all the same.
    assert!(sums.map_or(true, |sums| sums.status.success()));
    assert_eq!(column(&file(&pack, "incidents.csv"), "id"), ["INC-2026-0001", "INC-2026-0002"]);
    assert_eq!(column(&file(&pack, "actions.csv"), "days_overdue"), ["21"]);
    let page = file(&pack, "report.html");
    for part in
        ["VPN account takeover", "Require a second factor on the VPN.", "21 days overdue", "Traceability matrix"]
    {
        assert!(page.contains(part), "{part}");
    }
    let commit = repo.git(&["rev-parse", "HEAD"]);
    assert!(page.contains(commit.trim()));
    // What it supports is said, and never that anything is fulfilled.
    assert!(page.contains("supports") && !page.to_lowercase().contains("compliant"));
}

#[test]
fn the_pdf_says_what_the_page_says_and_what_it_keeps_to() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let pdf = std::fs::read(pack.join("report.pdf")).unwrap();
    let holds = |part: &str| pdf.windows(part.len()).any(|bytes| bytes == part.as_bytes());
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let stated = ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "<rdf:li>en<"];
    // No clock is in it: the day is the one at which was judged.
    for part in stated.into_iter().chain([format!("<xmp:CreateDate>{AS_OF}T00:00:00Z<").as_str()]) {
        assert!(holds(part), "{part}");
    }
    // Where there is no such program, the step `pdf` of `scripts/test` reads it.
    let Ok(text) =
        std::process::Command::new("pdftotext").args(["-raw", "report.pdf", "-"]).current_dir(&pack).output()
    else {
        return;
    };
    let text = String::from_utf8(text.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let commit = repo.git(&["rev-parse", "HEAD"]);
    let foot = format!("commit {} · as of {AS_OF}", &commit[..12]);
    for part in
        ["INC-2026-0002: ", "Require a second factor on the VPN.", "days overdue", "page 1 of ", "Glossary", &foot]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_exit_code_is_that_of_the_check() {
    let (repo, folder) = repo();
    assert_eq!(report(&repo, &folder.path().join("one"), &[]).code, 1);
    let clean = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN)]);
    let run = report(&clean, &folder.path().join("none"), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    // What cannot be checked leaves no pack.
    let broken = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), ("closeloop.toml", "unknown_key = 1\n")]);
    let empty = Repo::with(&[("README.md", "Nothing.\n")]);
    for repo in [broken, empty, Repo::empty()] {
        let target = folder.path().join("never");
        let run = report(&repo, &target, &[]);
        assert_eq!((run.code, target.exists()), (2, false), "{run:?}");
        assert!(run.err.contains("no pack was written") && !run.out.is_empty(), "{run:?}");
    }
    // Nor does a history that is not whole: a pack tells what git shows.
    repo.commit("2026-04-02");
    let shallow = folder.path().join("shallow");
    let source = format!("file://{}", repo.path().display());
    repo.git(&["clone", "--quiet", "--depth", "1", &source, shallow.to_str().unwrap()]);
    let target = folder.path().join("never");
    let run = finish(command(&shallow, &arguments(&target, &[])));
    assert_eq!((run.code, target.exists()), (2, false), "{run:?}");
    assert!(run.out.contains("git fetch --unshallow") && !run.out.contains("--no-history"), "{run:?}");
    let swapped = repo.run(&["report", "--from", "2026-03-31", "--to", "2026-01-01", "--output", "x"]);
    assert_eq!((swapped.code, repo.at("x").exists()), (2, false));
}

#[test]
fn the_period_takes_what_was_detected_or_closed_in_it_and_what_has_no_day() {
    let (repo, folder) = repo();
    let earlier = CLEAN.replace("0001", "0003").replace("2026-03-02", "2025-12-30").replace("2026-03-03", "2026-01-02");
    let later = CLEAN.replace("0001", "0004").replace("2026-03-02", "2026-04-01").replace("2026-03-03", "2026-04-02");
    let undated = CLEAN.replace("0001", "0005").replace("2026-03-02", "soon").replace("2026-03-03", "later");
    repo.write("incidents/INC-2026-0003.md", earlier);
    repo.write("incidents/INC-2026-0004.md", later);
    repo.write("incidents/INC-2026-0005.md", undated);
    repo.commit("2026-04-02");
    let pack = pack(&repo, &folder, &[]);
    let ids = column(&file(&pack, "incidents.csv"), "id");
    assert_eq!(ids, ["INC-2026-0003", "INC-2026-0001", "INC-2026-0002", "INC-2026-0005"]);
    let why = column(&file(&pack, "incidents.csv"), "in_period");
    assert_eq!(why[0], "closed on 2026-01-02, detected outside the period");
    assert!(why[3].starts_with("no day"), "{why:?}");
}

#[test]
fn what_is_not_committed_is_in_no_pack() {
    let (repo, folder) = repo();
    repo.write("incidents/INC-2026-0009.md", CLEAN.replace("0001", "0009"));
    let pack = pack(&repo, &folder, &[]);
    assert!(!file(&pack, "report.html").contains("INC-2026-0009"));
}

#[test]
fn the_same_commit_gives_the_same_bytes_whatever_the_threads_and_the_place() {
    let folder = TempDir::new().unwrap();
    let demo = folder.path().join("demo");
    let built = finish(command(folder.path(), &["demo", demo.to_str().unwrap()]));
    assert_eq!(built.code, 0, "{built:?}");
    let clone = folder.path().join("elsewhere");
    Repo::empty().git(&["clone", "--quiet", demo.to_str().unwrap(), clone.to_str().unwrap()]);
    let arguments = |output: &str| {
        let period = "report --from 2025-01-01 --to 2026-06-30 --as-of 2026-06-30 --output".split(' ');
        period.map(ToOwned::to_owned).chain([output.to_owned()]).collect::<Vec<_>>()
    };
    let write = |place: &Path, threads: &str| {
        let target = folder.path().join(format!("pack-{threads}"));
        let words = arguments(target.to_str().unwrap());
        let mut command = command(place, &words.iter().map(String::as_str).collect::<Vec<_>>());
        command.env("RAYON_NUM_THREADS", threads);
        let run = finish(command);
        assert_eq!(run.code, 1, "{run:?}");
        files(&target)
    };
    let (one, four) = (write(&demo, "1"), write(&clone, "4"));
    for (a, b) in one.iter().zip(&four) {
        assert!(a == b, "{} differs", a.0);
    }
    let here = folder.path().to_str().unwrap();
    assert!(one.iter().all(|(_, text)| !text.contains(here)), "a path of this machine is in a pack");
    // What git proved and what it did not are both told.
    let page = &one.iter().find(|(name, _)| name == "report.html").unwrap().1;
    for part in ["git shows the change", "and it was undone since", "stated outside git", "MR-2025-10 of 2025-10-09"] {
        assert!(page.contains(part), "{part}");
    }
    let run = finish(command(&clone, &["verify", folder.path().join("pack-1").to_str().unwrap()]));
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn verify_names_a_changed_a_missing_and_an_extra_file() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let run = verify(&repo, &pack);
    assert_eq!(run.code, 0, "{run:?}");
    for name in NAMES {
        let whole = std::fs::read(pack.join(name)).unwrap();
        // The last digit of the last line, or whatever stands before the line end.
        let kept = whole.trim_ascii_end();
        std::fs::write(pack.join(name), [&kept[..kept.len() - 1], b"X\n"].concat()).unwrap();
        let run = verify(&repo, &pack);
        assert!(run.code > 0 && (run.out.contains(name) || run.err.contains(name)), "{name}: {run:?}");
        std::fs::remove_file(pack.join(name)).unwrap();
        let run = verify(&repo, &pack);
        assert!(run.code > 0 && (run.out.contains(name) || run.err.contains(name)), "{name}: {run:?}");
        std::fs::write(pack.join(name), whole).unwrap();
    }
    std::fs::write(pack.join("notes.txt"), "mine").unwrap();
    let run = verify(&repo, &pack);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("notes.txt: extra"), "{run:?}");
}

#[test]
fn verify_finds_a_change_whose_digest_was_changed_as_well() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let table = file(&pack, "actions.csv").replace("in-progress", "verified");
    let before = file(&pack, "MANIFEST.sha256");
    std::fs::write(pack.join("actions.csv"), &table).unwrap();
    let sum = closeloop::render::report::digest(table.as_bytes());
    let list: String = before
        .lines()
        .map(|line| if line.ends_with("actions.csv") { format!("{sum}  actions.csv\n") } else { format!("{line}\n") })
        .collect();
    std::fs::write(pack.join("MANIFEST.sha256"), list).unwrap();
    let run = verify(&repo, &pack);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("holds    actions.csv: as MANIFEST.sha256 lists it"), "{run:?}");
    assert!(run.out.contains("actions.csv: not what the repository gives, first at line 2"), "{run:?}");
}

#[test]
fn verify_names_another_version_another_configuration_and_another_history() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let whole = file(&pack, "provenance.json");
    let says = |from: &str, to: &str, part: &str| {
        std::fs::write(pack.join("provenance.json"), whole.replace(from, to)).unwrap();
        let run = verify(&repo, &pack);
        assert!(run.code == 1 && run.out.contains(part), "{part}: {run:?}");
        std::fs::write(pack.join("provenance.json"), &whole).unwrap();
    };
    says(&format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION")), "\"version\": \"0.0.1\"", "closeloop 0.0.1 made");
    says(
        "\"config_digest\": \"e3b0",
        "\"config_digest\": \"aaaa",
        "the configuration: the pack states the digest aaaa",
    );
    // The commit is amended: it is in the clone still, and in no history.
    repo.amend();
    let run = verify(&repo, &pack);
    assert!(run.code == 1 && run.out.contains("not in the history of what is checked out"), "{run:?}");
    // In another clone it is not there at all.
    let other = Repo::with(&[("incidents/INC-2026-0001.md", CLEAN)]);
    let run = verify(&other, &pack);
    assert!(run.code == 2 && run.err.contains("does not have the commit"), "{run:?}");
    assert!(run.err.contains("rewritten"), "{run:?}");
}

#[test]
fn verify_trusts_nothing_that_a_pack_says() {
    let (repo, folder) = repo();
    let pack = pack(&repo, &folder, &[]);
    let whole = file(&pack, "provenance.json");
    let commit = repo.git(&["rev-parse", "HEAD"]);
    for (from, to) in [
        (commit.trim(), "--help"),
        (commit.trim(), "HEAD"),
        ("\"folder\": \"\"", "\"folder\": \"../../\""),
        ("\"folder\": \"\"", "\"folder\": \"/etc/\""),
        ("closeloop-pack-1", "closeloop-pack-\\u001b[31m9"),
        ("{", "["),
    ] {
        std::fs::write(pack.join("provenance.json"), whole.replacen(from, to, 1)).unwrap();
        let run = verify(&repo, &pack);
        assert_eq!(run.code, 2, "{to}: {run:?}");
        assert!(!run.err.contains('\u{1b}') && !run.out.contains('\u{1b}'), "{run:?}");
    }
    let nothing = verify(&repo, folder.path());
    assert_eq!(nothing.code, 2, "{nothing:?}");
}

#[test]
fn a_pack_is_written_over_an_earlier_one_and_over_nothing_else() {
    let (repo, folder) = repo();
    let target = folder.path().join("pack");
    std::fs::create_dir(&target).unwrap();
    assert_eq!(report(&repo, &target, &[]).code, 1);
    repo.write("incidents/INC-2026-0003.md", CLEAN.replace("0001", "0003"));
    repo.commit("2026-04-02");
    assert_eq!(report(&repo, &target, &[]).code, 1);
    assert!(file(&target, "incidents.csv").contains("INC-2026-0003"));
    // Somebody else's file stays, and so does everything beside it.
    std::fs::write(target.join("minutes.txt"), "mine").unwrap();
    let before = files(&target);
    let run = report(&repo, &target, &[]);
    assert!(run.code == 2 && run.err.contains("it holds `minutes.txt`"), "{run:?}");
    let mine = folder.path().join("mine");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("report.html"), "mine").unwrap();
    let run = report(&repo, &mine, &[]);
    assert!(run.code == 2 && run.err.contains("no pack was written"), "{run:?}");
    assert_eq!((files(&target), file(&mine, "report.html").as_str()), (before, "mine"));
    assert_eq!(report(&repo, &folder.path().join("no/such"), &[]).code, 2);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn where_output_is_not_full_no_pack_is_written() {
    let (repo, folder) = repo();
    let target = folder.path().join("pack");
    let event = folder.path().join("event.json");
    std::fs::write(&event, r#"{"repository": {"private": false, "visibility": "public"}}"#).unwrap();
    for more in [&["--privacy", "full"][..], &[]] {
        let mut command = repo.command(&arguments(&target, more));
        command.env("CI", "true").env("GITHUB_ACTIONS", "true").env("GITHUB_EVENT_PATH", &event);
        let run = finish(command);
        assert_eq!((run.code, target.exists()), (2, false), "{run:?}");
        assert!(run.err.contains("output is minimal here"), "{run:?}");
    }
    let mut private = repo.command(&arguments(&target, &["--privacy", "full"]));
    private.env("CI", "true");
    assert_eq!(finish(private).code, 1);
}

const PAYLOADS: [&str; 5] = [
    "<script>alert(1)</script>",
    "\\\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(1)",
    "</td></table></style><svg onload=alert(1)>",
    "\\u202Eevil\\u0007 ' onclick='x",
];

/// A record in which every text is hostile.
fn hostile(payload: &str) -> String {
    let p = format!("\"{payload}\"");
    format!(
        "---\nid: INC-2026-0001\ntitle: {p}\nstatus: closed\nseverity: high\ncategory: {p}\ndetected: 2026-03-02\nclosed: \
         2026-03-10\nreviews:\n  - date: 2026-03-12\n    facilitator: {p}\n    participants: [{p}]\n    output: {p}\n\
         lessons:\n  - id: L1\n    kind: control-gap\n    text: {p}\n    accepted: {{by: {p}, reason: {p}}}\nactions:\n  - \
         id: {p}\n    text: {p}\n    owner: {p}\n    lessons: [L1]\n    due: 2026-03-20\n    status: done\n    completed: \
         2026-03-19\n    evidence: [{p}]\n    changes: [{p}, {{outside: {p}}}]\nlinks:\n  risks: [{p}]\n  \
         management_reviews: [{p}]\ndecisions:\n  policy: {{no_change: {p}, by: {p}}}\n---\n"
    )
}

/// Every tag of a page, without the numbers of ids, links and spans.
fn tags(page: &str) -> Vec<String> {
    let body = page.split_once("</style>").unwrap().1;
    // What a path runs through is made of numbers, and is another one in each picture.
    let bare = |tag: &str| match tag.strip_prefix("path d=\"").and_then(|rest| rest.split_once('"')) {
        Some((data, rest)) if data.chars().all(|c| "MHVLZ 0123456789-".contains(c)) => format!("path {rest}"),
        _ => tag.to_owned(),
    };
    let tag = |rest: &str| bare(&rest[..rest.find('>').unwrap()]).chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut tags: Vec<String> = body.split('<').skip(1).map(tag).collect();
    tags.sort();
    tags.dedup();
    tags
}

#[test]
fn no_text_of_a_record_becomes_markup_or_a_formula() {
    let harmless = tags(&demo_page());
    for payload in PAYLOADS {
        let repo = Repo::with(&[("incidents/INC-2026-0001.md", &hostile(payload))]);
        let folder = TempDir::new().unwrap();
        let pack = pack(&repo, &folder, &[]);
        let page = file(&pack, "report.html");
        let strange: Vec<_> = tags(&page).into_iter().filter(|tag| !harmless.contains(tag)).collect();
        assert!(strange.is_empty(), "{payload}: {strange:?}");
        assert!(!page.chars().any(|c| c == '\u{202e}' || c == '\u{7}'), "{payload}");
        for table in ["incidents.csv", "actions.csv"] {
            for cell in rows(&file(&pack, table)).into_iter().flatten() {
                assert!(!cell.trim_start().starts_with(['=', '+', '@']), "{table}: {cell}");
            }
        }
        assert_eq!(verify(&repo, &pack).code, 0);
    }
}

#[test]
fn nothing_that_looks_like_a_password_is_in_a_page_or_a_table() {
    let record =
        OVERDUE.replace("Require a second factor", "The password: hunter2-Xy77! is shared; require a second factor");
    let repo = Repo::with(&[("incidents/INC-2026-0002.md", &record)]);
    let folder = TempDir::new().unwrap();
    let pack = pack(&repo, &folder, &[]);
    for (name, text) in files(&pack) {
        assert!(!text.contains("hunter2"), "{name}");
    }
    assert!(file(&pack, "actions.csv").contains("[secret]"));
}

/// The page of the example organisation.
fn demo_page() -> String {
    let folder = TempDir::new().unwrap();
    assert_eq!(finish(command(folder.path(), &["demo", "demo"])).code, 0);
    let words = "report demo --from 2025-01-01 --to 2026-06-30 --as-of 2026-06-30 --output pack";
    assert_eq!(finish(command(folder.path(), &words.split(' ').collect::<Vec<_>>())).code, 1);
    file(&folder.path().join("pack"), "report.html")
}

#[test]
fn what_was_let_through_and_what_was_not_run_is_told() {
    let (repo, folder) = repo();
    let waiver = "[[waiver]]\nrule = \"overdue-action\"\nrecord = \"INC-2026-0002\"\nreason = \"The tokens are on back \
                  order.\"\napprover = \"coo\"\ncreated = 2026-03-21\nexpires = 2026-06-30\n";
    repo.write("closeloop-waivers.toml", waiver);
    repo.write("closeloop.toml", "[rules]\nodd-clock = \"off\"\n");
    repo.commit("2026-04-02");
    let pack = pack(&repo, &folder, &[]);
    let page = file(&pack, "report.html");
    let part =
        |id: &str| page.split(&format!("<section id=\"{id}\">")).nth(1).unwrap().split("</section>").next().unwrap();
    let exceptions = part("exceptions");
    for said in ["The tokens are on back order.", "waived until 2026-06-30 by coo", "closeloop-waivers.toml:2"] {
        assert!(exceptions.contains(said), "{said}: {exceptions}");
    }
    let untested = part("untested");
    assert!(untested.contains("odd-clock") && untested.contains("switches it off"), "{untested}");
    // No people register is there: what needs it did not run, and says so.
    assert!(untested.contains("unknown-person") && untested.contains("people register"), "{untested}");
}
