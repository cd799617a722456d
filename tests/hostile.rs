//! Hostile text in records, file names and configuration: nothing of it moves a terminal, speaks to a build log, or
//! becomes mark-up.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use support::{AS_OF, Repo, finish, result};

/// Control, escape and bidirectional characters.
const HIDDEN: [&str; 40] = [
    "\u{1b}[31mred",
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://evil\u{1b}\\x\u{1b}]8;;\u{1b}\\",
    "\u{1b}c",
    "\u{1b}[1;1H",
    "\u{1b}P+q\u{1b}\\",
    "\u{1b}_x\u{1b}\\",
    "\u{1b}^x\u{1b}\\",
    "\u{1b}[?1049h",
    "\u{9b}31m",
    "\u{9d}0;t\u{9c}",
    "\u{90}q\u{9c}",
    "\u{85}next",
    "\u{0}nul",
    "\u{7}bell",
    "\u{8}\u{8}\u{8}back",
    "\rreturn",
    "a\nb",
    "\u{b}tab",
    "\u{c}page",
    "\u{e}out",
    "\u{f}in",
    "\u{7f}delete",
    "\u{1a}sub",
    "\u{202a}lre",
    "\u{202b}rle",
    "\u{202d}lro",
    "\u{202e}rlo",
    "\u{202c}pdf",
    "\u{2066}lri",
    "\u{2067}rli",
    "\u{2068}fsi",
    "\u{2069}pdi",
    "\u{200e}lrm",
    "\u{200f}rlm",
    "\u{61c}alm",
    "\u{2028}line",
    "\u{feff}bom",
    "\u{e0041}tag",
];

/// What a build log would take for a command.
const COMMANDS: [&str; 20] = [
    "::error::x",
    "::warning file=a,line=1::x",
    "::set-output name=a::b",
    "::add-mask::x",
    "::stop-commands::x",
    "\n::error::x",
    "\r\n::error::x",
    "\r::error::x",
    "%0A::error::x",
    "%0D%0A::error::x",
    "  ::group::x",
    "a,file=evil,line=1::x",
    "a::b",
    "##[error]x",
    "##[set-env name=A]b",
    "##vso[task.complete result=Succeeded;]x",
    "x ##vso[task.setvariable variable=a]b",
    "##VSO[task.logissue]x",
    "\u{1b}[0m::error::x",
    "\u{feff}::error::x",
];

/// Mark-up of a job summary.
const MARKUP: [&str; 6] = [
    "<script>x</script>",
    "a | b | c",
    "![x](http://evil/x.png)",
    "</table><img src=x>",
    "[x](javascript:y)",
    "`x` **b**",
];

fn json_text(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A record that carries a text in its title, an id, an owner, a key and a date.
fn record(n: usize, text: &str) -> String {
    let text = json_text(text);
    let id = json_text(&format!("INC-{n} {}", serde_json::from_str::<String>(&text).unwrap()));
    format!(
        "{{\"id\": {id}, \"title\": {text}, \"status\": \"closed\", \"severity\": {text}, \"detected\": \"2026-03-02\",\n\
         \"closed\": {text},\n{text}: 1,\n\"actions\": [{{\"id\": {text}, \"text\": {text}, \"owner\": {text},\n\
         \"due\": \"2026-03-20\", \"status\": \"open\"}}],\n\"lessons\": [{{\"id\": {text}, \"kind\": {text}}}]}}\n"
    )
}

/// The same in Markdown with the raw characters in its text and in comments, which a parser may or may not take.
fn raw_record(n: usize, text: &str) -> String {
    format!(
        "---\nid: RAW-{n}\ntitle: {text} # {text}\nstatus: {text}\ndetected: 2026-03-02\n{text}: 1\n---\n\n## {text}\n\n{text}\n"
    )
}

fn repo(texts: &[&str]) -> Repo {
    let repo = Repo::empty();
    for (n, text) in texts.iter().enumerate() {
        repo.write(&format!("incidents/{n}.json"), record(n, text));
        repo.write(&format!("incidents/raw-{n}.md"), raw_record(n, text));
        let id = json_text(text);
        repo.write(&format!("incidents/id-{n}.json"), format!("{{\"id\": {id}, \"status\": 1}}\n"));
        let name = text.replace(['/', '\0'], "_");
        repo.write(&format!("incidents/{name}.md"), format!("---\nid: NAME-{n}\nstatus: nonsense\n---\n"));
        repo.write(&format!("incidents/README-{name}.md"), "x");
        repo.write(&format!("incidents/{name}.pdf"), "x");
    }
    repo
}

/// All texts that the program writes about a repository, by name.
fn outputs(repo: &Repo) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, args) in [
        ("text", vec!["check", "--as-of", AS_OF]),
        ("github", vec!["check", "--as-of", AS_OF, "--output", "github"]),
        ("json", vec!["check", "--as-of", AS_OF, "--output", "json"]),
        ("gitlab", vec!["check", "--as-of", AS_OF, "--output", "gitlab"]),
        ("rdjson", vec!["check", "--as-of", AS_OF, "--output", "rdjson"]),
        ("azure", vec!["check", "--as-of", AS_OF, "--output", "azure"]),
        ("bitbucket", vec!["check", "--as-of", AS_OF, "--output", "bitbucket"]),
        ("markdown", vec!["check", "--as-of", AS_OF, "--output", "markdown"]),
        ("junit", vec!["check", "--as-of", AS_OF, "--output", "junit"]),
        ("sarif", vec!["check", "--as-of", AS_OF, "--output", "sarif"]),
        ("show", vec!["show"]),
        ("show json", vec!["show", "--output", "json"]),
        ("rules", vec!["rules"]),
    ] {
        let mut command = repo.command(&args);
        command.env("GITHUB_STEP_SUMMARY", repo.at(".git/summary.md"));
        let run = finish(command);
        assert!(run.code < 2 || name == "rules", "{name}: {run:?}");
        all.push((name.to_owned(), run.out));
        all.push((format!("{name}, standard error"), run.err));
    }
    let coloured = repo.check(&["--color", "always"]).out;
    all.push(("text in colour".to_owned(), without_styles(&coloured)));
    all.push(("summary".to_owned(), repo.read(".git/summary.md")));
    all
}

/// Takes away the styles that the program writes itself, and nothing else.
fn without_styles(text: &str) -> String {
    let style = regex::Regex::new("\u{1b}(\\[[0-9;]*m|\\]8;;(https://github.com/[a-z/-]*\\.md)?\u{1b}\\\\)").unwrap();
    style.replace_all(text, "").into_owned()
}

/// The lines of a text that GitHub would take for commands.
fn commands(text: &str) -> Vec<&str> {
    text.split(['\n', '\r']).filter(|line| line.trim_start().starts_with("::")).collect()
}

fn assert_no_command(name: &str, text: &str) {
    // The commands that Azure is meant to get are whole lines of one shape; what follows must hold no other.
    let ours = regex::Regex::new(
        r"(?m)^##vso\[task\.logissue type=(error|warning);(sourcepath=[^;\]\r\n]*;)?(linenumber=\d+;columnnumber=\d+;)?code=[a-z-]+;\]",
    );
    let rest = if name == "azure" { ours.unwrap().replace_all(text, "").into_owned() } else { text.to_owned() };
    let lower = rest.to_ascii_lowercase();
    assert!(!lower.contains("##[") && !lower.contains("##vso["), "{name}:\n{text}");
    for line in commands(text) {
        assert_eq!(name, "github", "{line}");
        let rest = ["::error ", "::warning ", "::notice "].iter().find_map(|start| line.strip_prefix(start));
        let (properties, _) = rest.and_then(|rest| rest.split_once("::")).unwrap_or_else(|| panic!("{line}"));
        let keys: Vec<&str> = properties.split(',').map(|property| property.split_once('=').unwrap().0).collect();
        let known = [
            &["title"][..],
            &["file", "title"],
            &["file", "line", "endLine", "title"],
            &["file", "line", "col", "endLine", "endColumn", "title"],
        ];
        assert!(known.contains(&&keys[..]), "{line}");
    }
}

fn is_hidden(c: char) -> bool {
    c != '\n' && closeloop::text::is_hidden(c)
}

#[test]
fn no_hidden_character_gets_out() {
    let repo = repo(&HIDDEN);
    for (name, text) in outputs(&repo) {
        let found: Vec<&str> = text.lines().filter(|line| line.chars().any(is_hidden)).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
        assert_no_command(&name, &text);
    }
    let run = repo.check(&["--output", "json"]);
    let value = result(&run.out);
    assert!(value["findings"].as_array().unwrap().len() > HIDDEN.len());
}

#[test]
fn no_command_gets_into_a_build_log() {
    for (name, text) in outputs(&repo(&COMMANDS)) {
        assert_no_command(&name, &text);
        assert!(!text.chars().any(is_hidden), "{name}");
    }
}

#[test]
fn no_markup_gets_into_a_summary() {
    let all = outputs(&repo(&MARKUP));
    let (_, summary) = all.iter().find(|(name, _)| name == "summary").unwrap();
    assert!(!summary.contains('<') && !summary.replace("\\]", "").contains("]("), "{summary}");
    for row in summary.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    }
}

#[test]
fn a_hostile_configuration_and_hostile_arguments_are_said_harmlessly() {
    for text in HIDDEN.iter().chain(&COMMANDS).filter(|text| !text.contains('\0')) {
        let repo = Repo::with(&[("incidents/a.md", support::CLEAN)]);
        let basic = json_text(text).replace('\u{7f}', "\\u007f");
        repo.write("closeloop.toml", format!("profile = {basic}\n[rules]\n{basic} = \"error\"\n"));
        for run in
            [repo.check(&[]), repo.check(&["--output", "github"]), repo.check(&["--rule", text]), repo.run(&["rules"])]
        {
            assert_eq!(run.code, 2, "{run:?}");
            for out in [&run.out, &run.err] {
                assert!(!out.chars().any(is_hidden), "{out:?}");
            }
        }
        let unknown = Repo::with(&[("incidents/a.md", support::CLEAN)]);
        for run in [unknown.run(&["show", "--", text]), unknown.run(&["explain", "--", text])] {
            assert_eq!(run.code, 2);
            assert!(!run.err.chars().any(is_hidden) && commands(&run.err).is_empty(), "{:?}", run.err);
        }
    }
}

/// A line of a megabyte, ten thousand brackets, a value of many lines: drawn briefly, at the right place.
#[test]
fn monstrous_lines_are_drawn_briefly() {
    let repo = Repo::empty();
    let long = "ü".repeat(500_000);
    repo.write("incidents/a.md", format!("---\nid: A\ntitle: {long}\nstatus: {long}\ndetected: 2026-03-02\n---\n"));
    repo.write(
        "incidents/b.json",
        format!("{{\"id\": \"B\", \"title\": \"{long}\", \"status\": \"x\", \"detected\": 1}}"),
    );
    repo.write("incidents/c.yaml", format!("id: C\ntitle: t\nstatus: |\n{}detected: x\n", "  many\n".repeat(10_000)));
    repo.write("incidents/d.yaml", format!("id: D\ntitle: {}\n", "[".repeat(10_000)));
    let run = repo.check(&[]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.lines().all(|line| line.chars().count() < 400), "a line is too long");
    assert!(run.out.contains("--> incidents/b.json:1:500036"), "{}", run.out);
    let shown = repo.run(&["show"]);
    assert!(shown.out.lines().all(|line| line.chars().count() < 400));
}

/// Records with bytes changed, doubled and cut, through the whole line and every format: no panic, nothing hidden.
#[test]
fn mutated_records_are_drawn_in_every_format() {
    use closeloop::git::Snapshot;
    use closeloop::{render, verdict};
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records");
    let seeds =
        ["minor", "moderate", "significant", "major"].map(|c| std::fs::read(root.join(format!("{c}.md"))).unwrap());
    let options = verdict::Options {
        as_of: AS_OF.parse().ok(),
        now: chrono::DateTime::UNIX_EPOCH,
        rules: vec![],
        profile: None,
        frameworks: Vec::new(),
        fail_on: closeloop::config::Level::Error,
        config: None,
        history: true,
    };
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below.max(1) as u64).unwrap()
    };
    let pieces =
        ["\r\n", "\u{1b}[1m", "🔥", "\u{202e}", ": ", "- ", "---\n", "\"", "[", "\t", "\0", "é", "2026-02-31", "\n\n"];
    for _ in 0..60 {
        let mut files = Vec::new();
        for (n, seed) in seeds.iter().enumerate() {
            let mut bytes = seed.clone();
            for _ in 0..1 + next(8) {
                let at = next(bytes.len());
                match next(4) {
                    0 => bytes.truncate(at.max(40)),
                    1 => bytes[at] = u8::try_from(next(256)).unwrap(),
                    2 => drop(bytes.drain(at..(at + next(30)).min(bytes.len()))),
                    _ => drop(bytes.splice(at..at, pieces[next(pieces.len())].bytes())),
                }
            }
            files.push((format!("incidents/{n}.md"), bytes));
        }
        let snapshot = Snapshot::memory(files);
        let reading = verdict::read(&snapshot, &options).unwrap();
        let shown = render::show::understood(&reading.population, &reading.book, None).unwrap();
        let judgement = verdict::judge_reading(&snapshot, reading, &options);
        let (verdict, population) = (&judgement.verdict, &judgement.population);
        let look = render::text::Look { colour: false, exit_code: 1 };
        for text in [
            render::text::render(verdict, &population.sources, look),
            render::github::render(verdict, 1),
            render::job::render(verdict, 1, render::job::MOST_BYTES),
            render::json::render(verdict).unwrap(),
            render::show::text(&shown),
        ] {
            assert!(!text.chars().any(is_hidden), "{text}");
        }
    }
}

/// What stands behind a link or a submodule is kept elsewhere: nobody here can say that it is missing.
#[cfg(unix)]
#[test]
fn evidence_behind_a_link_or_a_submodule_is_not_called_missing() {
    let repo = Repo::empty();
    let record = "id: INC-2026-0001\ntitle: Lost badge\nstatus: closed\nseverity: low\ndetected: 2026-03-02\n\
                  closed: 2026-03-03\nactions:\n  - id: A1\n    text: Block the badge.\n    owner: eva\n    \
                  due: 2026-03-20\n    status: done\n    completed: 2026-03-12\n    \
                  evidence: [shared/log.md, infra/badges/rule.tf, gone/log.md]\n";
    repo.write("incidents/INC-2026-0001.yaml", record);
    std::os::unix::fs::symlink("/nowhere", repo.at("shared")).unwrap();
    repo.commit("2026-04-01");
    let commit = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},infra", commit.trim())]);
    std::fs::create_dir(repo.at("infra")).unwrap();
    for source in [&[][..], &["--staged"]] {
        let run = repo.check(&[source, &["--rule", "dangling-evidence", "--output", "json"]].concat());
        let value = result(&run.out);
        let found: Vec<_> =
            value["findings"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap()).collect();
        assert_eq!(found, ["actions.A1.evidence.2"], "{source:?}");
    }
}

/// A name that git quotes still says what a file is.
#[cfg(target_os = "linux")]
#[test]
fn a_record_whose_name_is_no_text_is_read() {
    use std::os::unix::ffi::OsStrExt;
    let repo = Repo::empty();
    std::fs::create_dir(repo.at("incidents")).unwrap();
    let name = std::ffi::OsStr::from_bytes(b"incidents/caf\xe9.md");
    std::fs::write(repo.path().join(name), support::CLEAN).unwrap();
    let value = result(&repo.check(&["--output", "json"]).out);
    assert_eq!(value["population"]["records"], 1);
}
