//! `closeloop verify`: what holds of a pack and what does not, statement by statement; and single changes to a pack or to
//! its repository, each named as what it is.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use support::{AS_OF, CLEAN, OVERDUE, Repo, Run, command, conforms, finish, schema};
use tempfile::TempDir;

/// A repository with two records, a pack of it, and the folder that the pack is in.
struct Case {
    repo: Repo,
    folder: TempDir,
}

impl Case {
    fn new() -> Self {
        let config = "[isms]\norganisation = \"Example\"\n";
        let files = [
            ("incidents/INC-2026-0001.md", CLEAN),
            ("incidents/INC-2026-0002.md", OVERDUE),
            ("closeloop.toml", config),
        ];
        let repo = Repo::with(&files);
        repo.write("README.md", "More.\n");
        repo.commit("2026-04-02");
        let case = Self { repo, folder: TempDir::new().unwrap() };
        case.report("pack", "HEAD", "2026-01-01", AS_OF);
        case
    }

    fn report(&self, name: &str, at: &str, from: &str, as_of: &str) {
        let target = self.at(name);
        let words = ["report", "--at", at, "--from", from, "--to", "2026-03-31", "--as-of", as_of, "--output"];
        let run = self.repo.run(&[&words[..], &[target.to_str().unwrap()]].concat());
        assert!(run.code <= 1, "{run:?}");
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self) -> PathBuf {
        self.at("pack")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.pack().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.file(name), text).unwrap();
    }

    /// Changes a text once; it has to be there.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not hold {from}");
        self.write(name, text.replacen(from, to, 1));
    }

    /// Writes the list of digests anew, so that it hides a change.
    fn hide(&self) {
        let line = |name: &str| {
            let sum = closeloop::render::report::digest(&fs::read(self.file(name)).unwrap());
            format!("{sum}  {name}\n")
        };
        let names: Vec<String> = self.read(LIST).lines().map(|line| line[66..].to_owned()).collect();
        self.write(LIST, names.iter().map(|name| line(name)).collect::<String>());
    }

    fn verify(&self, more: &[&str]) -> Run {
        self.repo.run(&[&["verify", self.pack().to_str().unwrap()], more].concat())
    }

    fn json(&self, more: &[&str]) -> Value {
        let run = self.verify(&[&["--output", "json"], more].concat());
        let value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
        conforms(&schema("verify"), &value);
        value
    }
}

const LIST: &str = "MANIFEST.sha256";

type Change = fn(&Case);

/// Swaps two lines of a text; the first is 0.
fn swapped(text: &str, one: usize, other: usize) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.swap(one, other);
    lines.concat()
}

/// The text without one of its lines.
fn without(text: &str, line: usize) -> String {
    text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != line).map(|(_, line)| line).collect()
}

/// Changes a JSON file of the pack and writes it as it was written.
fn json(case: &Case, name: &str, change: fn(&mut Value)) {
    let mut value: Value = serde_json::from_str(&case.read(name)).unwrap();
    change(&mut value);
    case.write(name, serde_json::to_string_pretty(&value).unwrap() + "\n");
}

fn amend(case: &Case) {
    case.repo.amend();
}

fn forget(case: &Case) {
    case.repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    case.repo.git(&["gc", "--quiet", "--prune=now"]);
}

/// Single changes to a pack, or to its repository: what is done, what is said, the exit code, and how many things differ
/// at most. One change is not told as a heap.
const CHANGES: [(&str, Change, &str, i32, usize); 41] = [
    (
        "a date is moved in a table",
        |c| c.edit("incidents.csv", "2026-03-10", "2026-03-09"),
        "incidents.csv: INC-2026-0002, column closed: the pack says 2026-03-09, the repository gives 2026-03-10",
        1,
        2,
    ),
    (
        "the same, and hidden",
        |c| {
            c.edit("incidents.csv", "2026-03-10", "2026-03-09");
            c.hide()
        },
        "incidents.csv: INC-2026-0002, column closed: the pack says 2026-03-09, the repository gives 2026-03-10",
        1,
        2,
    ),
    (
        "a state is bettered, and hidden",
        |c| {
            c.edit("actions.csv", "in-progress", "verified");
            c.hide()
        },
        "actions.csv: INC-2026-0002/A1, column status: the pack says verified, the repository gives in-progress",
        1,
        2,
    ),
    (
        "a row is dropped",
        |c| {
            c.write("incidents.csv", without(&c.read("incidents.csv"), 2));
            c.hide()
        },
        "incidents.csv: INC-2026-0002 is missing; the repository gives it",
        1,
        2,
    ),
    (
        "a row is added",
        |c| {
            c.write("actions.csv", c.read("actions.csv") + "INC-2026-0009,A1,,,,,,,,,,,,,,\r\n");
            c.hide()
        },
        "actions.csv: INC-2026-0009/A1 is in the pack, and the repository does not give it",
        1,
        2,
    ),
    (
        "rows change places",
        |c| {
            c.write("incidents.csv", swapped(&c.read("incidents.csv"), 1, 2));
            c.hide()
        },
        "incidents.csv: not what the repository gives, first at line 2, byte 13; each of its 3 statements holds",
        1,
        2,
    ),
    (
        "a column is called otherwise",
        |c| {
            c.edit("incidents.csv", "closed,", "ended,");
            c.hide()
        },
        "incidents.csv: the heads of the columns: the pack says",
        1,
        4,
    ),
    (
        "a finding is removed",
        |c| {
            json(c, "result.json", |v| _ = v["findings"].as_array_mut().unwrap().remove(0));
            c.hide()
        },
        "is missing; the repository gives it",
        1,
        2,
    ),
    (
        "a finding is made a note",
        |c| {
            json(c, "result.json", |v| {
                let findings = v["findings"].as_array_mut().unwrap();
                findings.iter_mut().find(|one| one["level"] == "error").unwrap()["level"] = "note".into();
            });
            c.hide()
        },
        ", level: the pack says note, the repository gives ",
        1,
        2,
    ),
    (
        "a finding is invented",
        |c| {
            json(c, "result.json", |v| {
                let mut finding = v["findings"][0].clone();
                finding["fingerprint"] = "f".repeat(64).into();
                v["findings"].as_array_mut().unwrap().push(finding);
            });
            c.hide()
        },
        "(fingerprint ffffffffffff) is in the pack, and the repository does not give it",
        1,
        2,
    ),
    (
        "counts of a rule are bettered",
        |c| {
            json(c, "result.json", |v| {
                let rules = v["rules"].as_array_mut().unwrap();
                rules.iter_mut().find(|rule| rule["id"] == "overdue-action").unwrap()["failed"] = 0.into();
            });
            c.hide()
        },
        "result.json: the rule overdue-action, failed: the pack says 0, the repository gives 1",
        1,
        2,
    ),
    (
        "the verdict is bettered",
        |c| {
            c.edit("result.json", "\"verdict\": \"fail\"", "\"verdict\": \"pass\"");
            c.hide()
        },
        "result.json: verdict: the pack says pass, the repository gives fail",
        1,
        2,
    ),
    (
        "a key is there twice",
        |c| {
            c.edit("result.json", "\"base\": null,", "\"base\": 1, \"base\": null,");
            c.hide()
        },
        "statements holds",
        1,
        2,
    ),
    (
        "the page says something else",
        |c| {
            c.edit("report.html", "21 days overdue", "20 days overdue");
            c.hide()
        },
        "report.html: not what the repository gives, first at line ",
        1,
        2,
    ),
    (
        "another as-of date is stated",
        |c| {
            c.edit("provenance.json", &format!("\"as_of\": \"{AS_OF}\""), "\"as_of\": \"2026-03-15\"");
            c.hide()
        },
        "provenance.json states the as-of date 2026-03-15; the other files are of the as-of date 2026-04-10",
        1,
        3,
    ),
    (
        "another period is stated",
        |c| {
            c.edit("provenance.json", "\"from\": \"2026-01-01\"", "\"from\": \"2026-03-10\"");
            c.hide()
        },
        "provenance.json states a period from 2026-03-10; the other files are of a period from 2026-01-01",
        1,
        3,
    ),
    (
        "another commit is stated",
        |c| {
            let old = c.repo.git(&["rev-parse", "HEAD"]);
            let other = c.repo.git(&["rev-parse", "HEAD~1"]);
            c.edit(
                "provenance.json",
                &format!("\"commit\": \"{}\"", old.trim()),
                &format!("\"commit\": \"{}\"", other.trim()),
            );
            c.hide()
        },
        "the other files are of the commit ",
        1,
        4,
    ),
    (
        "the result of another date is put in",
        |c| {
            c.report("other", "HEAD", "2026-01-01", "2026-05-10");
            fs::copy(c.at("other").join("result.json"), c.file("result.json")).unwrap();
            c.hide()
        },
        "result.json: it is that of the as-of date 2026-05-10, and the others are of the as-of date 2026-04-10",
        1,
        60,
    ),
    (
        "another tree is stated",
        |c| {
            let tree = c.repo.git(&["rev-parse", "HEAD^{tree}"]);
            c.edit("provenance.json", tree.trim(), &"a".repeat(40));
            c.hide()
        },
        "the tree: the pack states aaaa",
        1,
        3,
    ),
    (
        "another configuration is stated",
        |c| {
            json(c, "provenance.json", |v| v["config_digest"] = "b".repeat(64).into());
            c.hide()
        },
        "the configuration: the pack states the digest bbbb",
        1,
        3,
    ),
    (
        "another version is stated",
        |c| {
            json(c, "provenance.json", |v| v["version"] = "0.0.1".into());
            c.hide()
        },
        "the version: closeloop 0.0.1 made the pack, and this is ",
        1,
        3,
    ),
    (
        "an older format",
        |c| {
            c.edit("provenance.json", "closeloop-pack-1", "closeloop-pack-0");
            c.hide()
        },
        "is of an older format, `closeloop-pack-0`",
        2,
        0,
    ),
    (
        "a newer format",
        |c| {
            c.edit("provenance.json", "closeloop-pack-1", "closeloop-pack-77");
            c.hide()
        },
        "is of a newer format, `closeloop-pack-77`",
        2,
        0,
    ),
    (
        "truncated",
        |c| {
            let text = c.read("report.html");
            c.write("report.html", &text[..1000]);
            c.hide()
        },
        "report.html: truncated: it ends after 1000 of ",
        1,
        2,
    ),
    (
        "something follows",
        |c| {
            c.write("report.html", c.read("report.html") + "<p>x</p>");
            c.hide()
        },
        "report.html: 8 bytes follow what the repository gives",
        1,
        2,
    ),
    (
        "other line ends",
        |c| {
            c.write("actions.csv", c.read("actions.csv").replace("\r\n", "\n"));
            c.hide()
        },
        "actions.csv: the same with other line ends; each of its 2 statements holds",
        1,
        2,
    ),
    (
        "a byte-order mark",
        |c| {
            c.write("incidents.csv", format!("\u{feff}{}", c.read("incidents.csv")));
            c.hide()
        },
        "incidents.csv: the same behind a byte-order mark",
        1,
        2,
    ),
    (
        "other bytes than text",
        |c| {
            c.write("result.json", b"\xff\xfe{\0");
            c.hide()
        },
        "it cannot be read as what it should be",
        1,
        2,
    ),
    (
        "a file is missing",
        |c| fs::remove_file(c.file("actions.csv")).unwrap(),
        "actions.csv: missing, and MANIFEST.sha256 lists it",
        1,
        2,
    ),
    (
        "a file has another name",
        |c| fs::rename(c.file("actions.csv"), c.file("action.csv")).unwrap(),
        "action.csv: extra, it belongs to no pack",
        1,
        3,
    ),
    ("a file too many", |c| c.write("notes\n::error::x.txt", "mine"), "notes", 1, 1),
    (
        "a folder too many",
        |c| fs::create_dir(c.file("more")).unwrap(),
        "more: extra, it belongs to no pack, a folder and no file",
        1,
        1,
    ),
    ("the list is missing", |c| fs::remove_file(c.file(LIST)).unwrap(), "MANIFEST.sha256 is missing", 1, 2),
    (
        "a line is in the list twice",
        |c| c.write(LIST, c.read(LIST) + c.read(LIST).lines().next().unwrap() + "\n"),
        " lists actions.csv a second time",
        1,
        2,
    ),
    ("a line is no digest", |c| c.write(LIST, c.read(LIST) + "trust me\n"), " is no digest with a name", 1, 2),
    (
        "a line is left out of the list",
        |c| c.write(LIST, without(&c.read(LIST), 0)),
        "actions.csv: MANIFEST.sha256 does not list it",
        1,
        2,
    ),
    (
        "the list has other line ends",
        |c| c.write(LIST, c.read(LIST).replace('\n', "\r\n")),
        "MANIFEST.sha256: its lines end with CR LF",
        1,
        2,
    ),
    ("the last commit is amended", amend, "no branch and no tag holds it: history was rewritten since", 1, 1),
    (
        "another branch is checked out",
        |c| {
            c.repo.git(&["branch", "kept"]);
            amend(c)
        },
        "it is not in the history of what is checked out",
        1,
        1,
    ),
    (
        "the commit is gone",
        |c| {
            amend(c);
            forget(c)
        },
        "the repository does not have the commit",
        2,
        0,
    ),
    (
        "the configuration is changed in a rewritten commit",
        |c| {
            c.repo.write("closeloop.toml", "[rules]\noverdue-action = \"off\"\n");
            c.repo.git(&["add", "."]);
            amend(c);
            forget(c)
        },
        "Its history was rewritten since",
        2,
        0,
    ),
];

#[test]
fn each_single_change_is_named_as_what_it_is() {
    let (mut wrong, schema) = (Vec::new(), schema("verify"));
    for (name, change, said, code, most) in CHANGES {
        let case = Case::new();
        change(&case);
        let json = case.at("told.json");
        let run = case.verify(&["--output", "text", "--output", &format!("json={}", json.display())]);
        if run.code != code || !(run.out.contains(said) || run.err.contains(said)) {
            wrong.push(format!("{name}: expected {code} and `{said}`:\n{}\n{}{}", run.code, run.out, run.err));
        }
        assert!(!run.out.contains("\n::error::"), "{name}: {run:?}");
        let told: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
        conforms(&schema, &told);
        let differ = usize::try_from(told["differences"].as_u64().unwrap()).unwrap();
        if differ > most && code == 1 {
            wrong.push(format!("{name}: {differ} things differ, at most {most} were expected:\n{}", run.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

#[test]
fn a_pack_that_holds_is_told_statement_by_statement() {
    let case = Case::new();
    let run = case.verify(&[]);
    assert_eq!(run.code, 0, "{run:?}");
    for said in
        ["incidents.csv: what the repository gives (2 rows)", "(1 row)", "report.html: what the repository gives\n"]
    {
        assert!(run.out.contains(said), "{said}: {run:?}");
    }
    let told = case.json(&[]);
    assert_eq!((&told["verdict"], &told["differences"]), (&"pass".into(), &0.into()));
    let result: Value = serde_json::from_str(&case.read("result.json")).unwrap();
    let file = told["files"].as_array().unwrap().iter().find(|file| file["name"] == "result.json").unwrap();
    let of = |kind: &str| file["statements"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).count();
    assert_eq!(of("finding"), result["findings"].as_array().unwrap().len());
    assert_eq!(of("rule"), result["rules"].as_array().unwrap().len());
    assert!(of("finding") > 0 && of("field") > 5);
    // Both outputs at once, one of them in a file.
    let target = case.at("told.json");
    let run = case.verify(&["--output", "text", "--output", &format!("json={}", target.display())]);
    assert!(run.out.ends_with("Verified: every file is what the repository gives.\n"), "{run:?}");
    assert_eq!(serde_json::from_str::<Value>(&fs::read_to_string(target).unwrap()).unwrap(), told);
    assert_eq!(case.verify(&["--output", "text", "--output", "json"]).code, 2);
}

/// A later commit changes nothing: a pack is about its own.
#[test]
fn a_pack_holds_after_later_commits_and_in_every_whole_clone() {
    let case = Case::new();
    case.repo.write("closeloop.toml", "[rules]\noverdue-action = \"off\"\n");
    case.repo.commit("2026-05-01");
    let run = case.verify(&[]);
    assert_eq!(run.code, 0, "{run:?}");
    let source = format!("file://{}", case.repo.path().display());
    let clone = |name: &str, more: &[&str]| {
        let target = case.at(name);
        let to = target.to_str().unwrap().to_owned();
        case.repo.git(&[&["clone", "--quiet"], more, &[source.as_str(), to.as_str()]].concat());
        finish(command(case.folder.path(), &["verify", case.pack().to_str().unwrap(), "--repo", &to]))
    };
    assert_eq!(clone("whole", &[]).code, 0);
    for (name, depth) in [("tip", "1"), ("near", "2")] {
        let run = clone(name, &["--depth", depth]);
        assert!(run.code == 2 && run.err.contains("git fetch --unshallow"), "{run:?}");
        assert!(run.out.contains("Could not be verified"), "{run:?}");
    }
}

#[test]
fn where_output_is_not_full_no_word_of_a_record_is_told() {
    let case = Case::new();
    case.edit("incidents.csv", "VPN account takeover", "Nothing of note");
    case.edit("incidents.csv", "2026-03-10", "2026-03-09");
    let told = |level: &str| case.verify(&["--privacy", level]).out;
    let (full, reduced, minimal) = (told("full"), told("reduced"), told("minimal"));
    let title = "column title: the pack says Nothing of note, the repository gives VPN account takeover";
    let date = "column closed: the pack says 2026-03-09, the repository gives 2026-03-10";
    assert!(full.contains(title) && full.contains(date), "{full}");
    assert!(reduced.contains(date) && reduced.contains("column title: the pack says something else"), "{reduced}");
    assert!(minimal.contains("column closed: the pack says something else"), "{minimal}");
    for hidden in ["takeover", "of note"] {
        assert!(!reduced.contains(hidden) && !minimal.contains(hidden), "{hidden}");
        assert!(!case.json(&["--privacy", "reduced"]).to_string().contains(hidden), "{hidden}");
    }
    let mut build = case.repo.command(&["verify", case.pack().to_str().unwrap()]);
    build.env("CI", "true");
    let run = finish(build);
    assert!(run.code == 1 && !run.out.contains("takeover"), "{run:?}");
}

/// What is no file is not opened, what is far too large is not read, and no list is too long.
#[test]
fn a_hostile_pack_is_safe_to_verify() {
    let huge = |case: &Case, name: &str, size: u64| {
        fs::OpenOptions::new().write(true).open(case.file(name)).unwrap().set_len(size).unwrap();
    };
    let says = |change: &dyn Fn(&Case), code: i32, said: &str| {
        let case = Case::new();
        change(&case);
        let began = std::time::Instant::now();
        let run = case.verify(&[]);
        assert!(run.code == code && (run.out.contains(said) || run.err.contains(said)), "{said}: {run:?}");
        assert!(run.out.lines().count() < 80, "{}", run.out);
        assert!(began.elapsed().as_secs() < 60, "{said}");
    };
    says(&|case| huge(case, "report.html", 1 << 34), 1, "report.html: larger than any file of a pack; it was not read");
    says(
        &|case| huge(case, "result.json", 1 << 26),
        1,
        "result.json: not what the repository gives: it has 67108864 bytes",
    );
    says(&|case| huge(case, "provenance.json", 1 << 26), 2, "provenance.json is missing or cannot be read");
    says(&|case| huge(case, LIST, 1 << 26), 1, "MANIFEST.sha256 is not read, and so no digest is compared");
    let line = format!("{}  x\n", "0".repeat(64));
    says(&|case| case.write(LIST, line.repeat(1_000_000)), 1, "MANIFEST.sha256 is not read");
    says(&|case| case.write(LIST, "x\n".repeat(100_000)), 1, "MANIFEST.sha256: line 1 is no digest with a name");
    let names: String = (0..900).map(|n| format!("{}  name-{n}\n", "0".repeat(64))).collect();
    says(&|case| case.write(LIST, &names), 1, "880 more entries");
    says(&|case| (0..1500).for_each(|n| case.write(&format!("x{n}"), "")), 1, "more files that belong to no pack");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    says(&|case| case.write("result.json", &deep), 1, "it cannot be read as what it should be");
    says(&|case| case.write("provenance.json", &deep), 2, "provenance.json cannot be read");
    says(&|case| case.write("incidents.csv", "\"".repeat(1_000_001)), 1, "it cannot be read as what it should be");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_of_a_pack_are_not_opened() {
    let says = |change: &dyn Fn(&Path, &Path), said: &str| {
        let case = Case::new();
        let (file, beside) = (case.file("actions.csv"), case.at("beside"));
        fs::rename(&file, &beside).unwrap();
        change(&file, &beside);
        let run = case.verify(&[]);
        assert!(run.code == 1 && run.out.contains(said), "{said}: {run:?}");
    };
    // Even a link to the very same bytes is no file of a pack: what it leads to can change.
    says(&|file, beside| std::os::unix::fs::symlink(beside, file).unwrap(), "actions.csv: a symbolic link and no file");
    says(&|file, _| std::os::unix::fs::symlink("/dev/zero", file).unwrap(), "actions.csv: a symbolic link and no file");
    let pipe = |file: &Path, _: &Path| {
        assert!(std::process::Command::new("mkfifo").arg(file).status().unwrap().success());
    };
    says(&pipe, "actions.csv: a pipe, a device or a socket and no file; it was not opened");
    says(&|file, _| fs::create_dir(file).unwrap(), "actions.csv: a folder and no file");
}
