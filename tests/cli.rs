//! The program as a process: what goes in on the command line, what comes out, and the exit code.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod support;

use serde_json::Value;
use std::io::Read as _;
use std::process::Stdio;
use support::{AS_OF, CLEAN, OVERDUE, Repo, command, conforms, finish, result, schema};

fn clean() -> Repo {
    Repo::with(&[("incidents/INC-2026-0001.md", CLEAN)])
}

fn overdue() -> Repo {
    Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), ("incidents/INC-2026-0002.md", OVERDUE)])
}

/// Rules arrive one by one; what needs one that is not there yet is tested from then on.
fn has_rule(id: &str) -> bool {
    closeloop::rules::find(id).is_some()
}

/// The exit code and the only problem, as JSON gives them.
fn could_not(repo: &Repo, args: &[&str]) -> (String, String) {
    let run = repo.check(&[args, &["--output", "json"]].concat());
    assert_eq!(run.code, 2, "{run:?}");
    let value = result(&run.out);
    assert_eq!(value["verdict"], "could-not-check");
    let text = |key: &str| value["problems"][0][key].as_str().unwrap().to_owned();
    (text("kind"), text("message"))
}

#[test]
fn a_clean_repository_is_0_and_says_what_was_learned_first() {
    let run = clean().check(&[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    let learned = run.out.find("1 closed incident, 0 lessons").unwrap();
    assert!(learned < run.out.find("1 record in 1 file").unwrap());
    assert!(run.out.contains("Exit code 0: checked, and nothing at the level error or above."), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'));
}

#[test]
fn an_overdue_action_is_1_and_is_underlined() {
    let run = overdue().check(&["--rule", "overdue-action"]);
    assert_eq!(run.code, 1);
    let drawn = "error[overdue-action]: A1 was due on 2026-03-20 and is still open, 21 days later\n  \
                 --> incidents/INC-2026-0002.md:12:10\n   |\n12 |     due: 2026-03-20\n   |          ^^^^^^^^^^\n";
    assert!(run.out.starts_with(drawn), "{}", run.out);
    assert!(run.out.contains("   = do: Done? Add `completed`"), "{}", run.out);
    assert!(run.out.contains("Exit code 1: "), "{}", run.out);
}

#[test]
fn what_is_secret_is_in_no_output() {
    let repo = clean();
    // In two parts, so that no scanner takes this test for a leak.
    let key = ["AKIA", "QX7PLM2ZDT5RWB9N"].concat();
    let record =
        repo.read("incidents/INC-2026-0001.md") + &format!("\nCopied from the console: {key}, then rotated.\n");
    repo.write("incidents/INC-2026-0001.md", record);
    for format in ["text", "github", "json"] {
        let run = repo.check(&["--output", format]);
        assert!(run.out.contains("sensitive-text"), "{format}: {}", run.out);
        assert!(!run.out.contains(&key) && !run.out.contains(&key[4..]), "{format}: {}", run.out);
    }
    assert!(
        repo.check(&[]).out.contains("console: ********************, then"),
        "the place is drawn, the value is not"
    );
}

#[test]
fn exit_zero_turns_1_into_0_and_never_2() {
    let run = overdue().check(&["--exit-zero"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("Exit code 0 as asked for with `--exit-zero`"), "{}", run.out);
    assert_eq!(Repo::empty().check(&["--exit-zero"]).code, 2);
}

#[test]
fn fail_on_sets_the_level_that_fails() {
    let repo = overdue();
    repo.write("closeloop.toml", "[rules]\noverdue-action = \"warning\"\n");
    let only = ["--rule", "overdue-action"];
    assert_eq!(repo.check(&only).code, 0);
    assert_eq!(repo.check(&[&only[..], &["--fail-on", "warning"]].concat()).code, 1);
    assert_eq!(repo.check(&["--rule", "unreadable-record", "--fail-on", "note"]).code, 0);
}

#[test]
fn what_could_not_be_checked_is_2_with_valid_json() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut bare = command(folder.path(), &["check", "--output", "json"]);
    bare.env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap());
    let run = finish(bare);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(result(&run.out)["problems"][0]["kind"], "repository");

    let repo = clean();
    repo.write("closeloop.toml", "[incidents]\npathss = [\"x\"]\n");
    let (kind, message) = could_not(&repo, &[]);
    assert_eq!((kind.as_str(), message.contains("`pathss`")), ("configuration", true));
    repo.write("closeloop.toml", "[incidents\n");
    assert_eq!(could_not(&repo, &[]).0, "configuration");
    repo.write("closeloop.toml", "[registers.risks]\npath = \"../risks.csv\"\n");
    assert!(could_not(&repo, &[]).1.contains("leads out of the repository"));
    repo.write("closeloop.toml", "[incidents]\npaths = [\"records/**\"]\n");
    assert_eq!(could_not(&repo, &[]).0, "empty-population");

    let repo = clean();
    assert_eq!(could_not(&repo, &["--rule", "overdue-acton"]).0, "usage");
    assert_eq!(could_not(&repo, &["--profile", "strict"]).0, "configuration");
    assert_eq!(could_not(&repo, &["--at", "no-such-revision"]).0, "repository");
    assert_eq!(could_not(&Repo::empty(), &[]).0, "empty-population");
}

#[test]
fn a_problem_of_the_configuration_is_drawn_at_its_place() {
    let repo = clean();
    repo.write("closeloop.toml", "[incidents]\npathss = [\"x\"]\n");
    let run = repo.check(&[]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("--> closeloop.toml:2:1\n  |\n2 | pathss = [\"x\"]\n  | ^^^^^^\n"), "{}", run.out);
    assert!(run.out.contains("Did you mean `paths`?"), "{}", run.out);
    assert!(run.out.contains("Exit code 2: it could not be checked"), "{}", run.out);
}

#[test]
fn a_broken_record_is_1_and_the_others_are_checked() {
    let repo = overdue();
    repo.write("incidents/INC-2026-0003.md", "---\nid: [INC-2026-0003\ntitle: x\n---\n");
    let run = repo.check(&["--output", "json"]);
    assert_eq!(run.code, 1);
    let value = result(&run.out);
    let rules: Vec<&str> = value["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"unreadable-record") && rules.contains(&"overdue-action"), "{rules:?}");
}

#[test]
fn a_broken_register_and_a_path_that_matches_nothing_are_1() {
    if !has_rule("unreadable-register") {
        return;
    }
    let repo = clean();
    repo.write("risks/register.yaml", "- id: R-1\n  title: [open\n");
    assert_eq!(repo.check(&[]).code, 1);
    let repo = clean();
    repo.write("closeloop.toml", "[registers.risks]\npath = \"no/such.csv\"\n");
    let run = repo.check(&["--output", "json"]);
    assert_eq!(run.code, 1);
    let value = result(&run.out);
    let finding = value["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "unreadable-register").unwrap();
    assert_eq!((finding["path"].as_str(), finding["start"]["line"].as_u64()), (Some("closeloop.toml"), Some(2)));
    repo.write("closeloop.toml", "[registers.risks]\npath = \"no/such.csv\"\noptional = true\n");
    assert_eq!(repo.check(&[]).code, 0);
}

#[test]
fn usage_errors_are_2_and_go_to_standard_error() {
    let repo = clean();
    for args in [
        &["check", "--as-of", "yesterday"][..],
        &["check", "--output", "xml"],
        &["check", "--output", "json="],
        &["check", "--fail-on", "never"],
        &["check", "--at", "HEAD", "--staged"],
        &["check", "--output", "json", "--output", "text"],
        &["check", "--output", "json=a", "--output", "text=a"],
        &["schema", "report"],
        &["explain"],
        &["frobnicate"],
        &[],
    ] {
        let run = repo.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}: {run:?}");
        assert!(!run.err.is_empty(), "{args:?}");
    }
}

#[test]
fn the_same_comes_out_of_a_subfolder_a_named_folder_and_a_linked_worktree() {
    let repo = overdue();
    let here = repo.check(&["--output", "json"]).out;
    let below = command(&repo.at("incidents"), &["check", "--as-of", AS_OF, "--output", "json"]);
    assert_eq!(finish(below).out, here);
    let folder = repo.at("incidents");
    let outside = std::env::temp_dir();
    let named = command(&outside, &["check", folder.to_str().unwrap(), "--as-of", AS_OF, "--output", "json"]);
    assert_eq!(finish(named).out, here);
    let linked = tempfile::TempDir::new().unwrap();
    let place = linked.path().join("tree");
    repo.git(&["worktree", "add", "--quiet", "--detach", place.to_str().unwrap()]);
    assert_eq!(finish(command(&place, &["check", "--as-of", AS_OF, "--output", "json"])).out, here);
}

#[test]
fn staged_judges_the_index_as_a_hook_sees_it() {
    let repo = clean();
    repo.write("incidents/INC-2026-0002.md", OVERDUE);
    assert_eq!(repo.check(&[]).code, 1, "the working tree holds it");
    assert_eq!(repo.check(&["--staged"]).code, 0, "the index does not");
    repo.git(&["add", "--all"]);
    std::fs::remove_file(repo.at("incidents/INC-2026-0002.md")).unwrap();
    assert_eq!((repo.check(&[]).code, repo.check(&["--staged"]).code), (0, 1));

    // `git commit FILE` hands a hook another index.
    let other = repo.at(".git/next-index");
    std::fs::copy(repo.at(".git/index"), &other).unwrap();
    repo.git(&["reset", "--quiet"]);
    let mut hook = repo.command(&["check", "--as-of", AS_OF, "--staged"]);
    hook.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/next-index");
    assert_eq!(finish(hook).code, 1);
    assert_eq!(repo.check(&["--staged"]).code, 0);
}

#[test]
fn at_judges_a_revision_with_its_own_configuration() {
    let repo = overdue();
    repo.write("incidents/INC-2026-0002.md", OVERDUE.replace("due: 2026-03-20", "due: 2027-03-20"));
    repo.commit("2026-04-02");
    repo.write("closeloop.toml", "not = \"known\"\n");
    let only = ["--rule", "overdue-action", "--at"];
    assert_eq!(repo.check(&[&only[..], &["HEAD"]].concat()).code, 0);
    assert_eq!(repo.check(&[&only[..], &["HEAD~1"]].concat()).code, 1);
    assert_eq!(repo.check(&[]).code, 2);
}

#[test]
fn several_outputs_agree_and_files_are_whole() {
    let repo = overdue();
    let alone = repo.check(&["--output", "json"]).out;
    let run = repo.check(&["--output", "text", "--output", "json=out.json", "--output", "github=out.txt"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("overdue-action"));
    assert_eq!(repo.read("out.json"), alone);
    assert!(
        repo.read("out.txt")
            .contains("::error file=incidents/INC-2026-0002.md,line=12,col=10,endLine=12,endColumn=20,title=")
    );
    let left: Vec<_> = std::fs::read_dir(repo.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".closeloop-")), "{left:?}");
}

#[test]
fn a_file_that_cannot_be_written_is_2() {
    let repo = clean();
    let run = repo.check(&["--output", "json=no/such/folder/out.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("could not be written"), "{}", run.err);
    assert_eq!(repo.check(&["--output", "json=incidents"]).code, 2, "a folder is no file");
    assert_eq!(repo.check(&["--output", "json=/dev/null"]).code, 0);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file(), "a device is not replaced");
}

#[test]
fn a_closed_pipe_is_quiet() {
    let repo = overdue();
    let mut child = repo.command(&["show"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn an_as_of_date_before_the_commit_is_a_remark() {
    let repo = clean();
    let run = repo.run(&["check", "--as-of", "2026-03-20", "--output", "json"]);
    assert_eq!(run.code, 0);
    let value = result(&run.out);
    assert!(value["notes"][0].as_str().unwrap().contains("lies before the commit under test"), "{value}");
    assert!(repo.run(&["check", "--as-of", "2026-03-20"]).out.contains("remark: the as-of date 2026-03-20"));
}

#[test]
fn equal_input_gives_equal_bytes() {
    let repo = overdue();
    for n in 3..60 {
        let id = format!("INC-2026-{n:04}");
        repo.write(&format!("incidents/{id}.md"), OVERDUE.replace("INC-2026-0002", &id));
    }
    let run = |threads: &str, output: &str| {
        let mut command = repo.command(&["check", "--as-of", AS_OF, "--output", output]);
        command.env("RAYON_NUM_THREADS", threads);
        finish(command).out
    };
    for output in ["json", "text", "github"] {
        let first = run("1", output);
        for threads in ["1", "2", "8"] {
            assert_eq!(run(threads, output), first, "{output} with {threads} threads");
        }
    }
    result(&run("2", "json"));
}

#[test]
fn many_findings_are_bounded_and_said() {
    let repo = Repo::empty();
    for n in 0..230 {
        let id = format!("INC-2026-{n:04}");
        repo.write(&format!("incidents/{id}.md"), OVERDUE.replace("INC-2026-0002", &id));
    }
    let summary = repo.at("summary.md");
    let mut command = repo.command(&["check", "--as-of", AS_OF, "--rule", "overdue-action", "--output", "github"]);
    command.env("GITHUB_STEP_SUMMARY", &summary);
    let run = finish(command);
    let errors: Vec<&str> = run.out.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 10);
    assert!(errors[9].contains("221 more of this level"), "{}", errors[9]);
    assert_eq!(std::fs::read_to_string(summary).unwrap().matches("\n## INC-").count(), 230);

    let run = repo.check(&["--rule", "overdue-action"]);
    assert_eq!(run.out.matches("error[overdue-action]").count(), 200);
    assert!(run.out.contains("30 more findings not drawn here"), "{}", run.out);
}

/// GitHub refuses a summary over 1 MiB as a whole, so it ends before that and says so.
#[test]
fn a_job_summary_stays_under_its_limit() {
    let repo = Repo::empty();
    let owner = "x".repeat(80);
    for n in 0..3000 {
        let record = OVERDUE.replace("INC-2026-0002", &format!("INC-2026-{n:04}-{owner}"));
        repo.write(&format!("incidents/{n}.md"), record);
    }
    repo.write(".git/summary.md", "x".repeat(100_000));
    let mut command = repo.command(&["check", "--as-of", AS_OF, "--output", "github"]);
    command.env("GITHUB_STEP_SUMMARY", repo.at(".git/summary.md"));
    finish(command);
    let summary = repo.read(".git/summary.md");
    assert!(summary.len() < 1024 * 1024, "{}", summary.len());
    assert!(summary.contains("more incidents with findings not shown") && summary.contains("## Not run"));
}

#[test]
fn a_job_summary_is_appended() {
    let repo = overdue();
    repo.write("summary.md", "# Before\n");
    let mut command = repo.command(&["check", "--as-of", AS_OF, "--output", "github"]);
    command.env("GITHUB_STEP_SUMMARY", repo.at("summary.md"));
    assert_eq!(finish(command).code, 1);
    let summary = repo.read("summary.md");
    assert!(summary.starts_with("# Before\n# closeloop: "), "{summary}");
    assert!(summary.contains("| **error** | A1 was due on 2026-03-20"), "{summary}");
    // Without the format nothing is written.
    let mut command = repo.command(&["check", "--as-of", AS_OF]);
    command.env("GITHUB_STEP_SUMMARY", repo.at("other.md"));
    finish(command);
    assert!(!repo.at("other.md").exists());
}

#[test]
fn colours_are_written_where_they_are_asked_for() {
    let repo = overdue();
    let with = |name: &str, value: &str, args: &[&str]| {
        let mut command = repo.command(&[&["check", "--as-of", AS_OF], args].concat());
        command.env(name, value);
        finish(command).out.contains('\u{1b}')
    };
    assert!(with("CLICOLOR_FORCE", "1", &[]));
    assert!(with("X", "", &["--color", "always"]));
    assert!(!with("CLICOLOR_FORCE", "1", &["--color", "never"]));
    assert!(!with("NO_COLOR", "1", &[]));
    assert!(!with("X", "", &[]));
    let coloured = repo.check(&["--color", "always"]).out;
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), repo.check(&[]).out);
}

#[test]
fn show_tells_each_field_and_each_file() {
    let repo = overdue();
    repo.write("incidents/README.md", "# Incidents\n");
    repo.write("incidents/scan.pdf", "%PDF-1.7\0");
    repo.write("risks/register.csv", "id,title\nR-1,x\n");
    let run = repo.run(&["show"]);
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "INC-2026-0002 in incidents/INC-2026-0002.md, judged as significant",
        "5:11 severity           high  (class significant)",
        "12:10 actions.A1.due     2026-03-20  (day)",
        "- incidents/README.md: a README",
        "- incidents/scan.pdf: its ",
        "- risks: read, 1 row in risks/register.csv",
        "- people: absent",
    ] {
        assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
    }
    let one = repo.run(&["show", "INC-2026-0001", "--output", "json"]);
    let value: Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(value["records"].as_array().unwrap().len(), 1);
    assert_eq!(value["records"][0]["fields"][2]["field"], "status");
    assert_eq!(value["records"][0]["fields"][2]["line"], 4);
}

#[test]
fn show_of_an_unknown_id_is_2_and_names_the_nearest() {
    let run = clean().run(&["show", "INC-2026-001"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("Did you mean INC-2026-0001?"), "{}", run.err);
    assert_eq!(Repo::empty().run(&["show", "X"]).code, 2);
}

#[test]
fn rules_and_explain_know_own_rules_too() {
    let repo = clean();
    repo.write(
        "closeloop.toml",
        "[[rule]]\nid = \"uninformed-regulator\"\nmessage = \"The regulator is not named\"\nwhen = { severity = \
         [\"major\"] }\nrequire = { field = \"links.risks\" }\nsource = \"IMS1 8.2\"\n",
    );
    let run = repo.run(&["rules"]);
    assert_eq!(run.code, 0);
    for id in closeloop::rules::ids() {
        assert!(run.out.contains(id), "{id}");
    }
    assert!(run.out.contains("(own) The regulator is not named"), "{}", run.out);
    let all: Value = serde_json::from_str(&repo.run(&["rules", "--output", "json"]).out).unwrap();
    assert_eq!(all.as_array().unwrap().len(), closeloop::rules::ids().len() + 1);
    let own = repo.run(&["explain", "uninformed-regulator"]);
    assert!(own.out.contains("severity is major") && own.out.contains("IMS1 8.2"), "{}", own.out);
    for rule in closeloop::rules::TABLE {
        let run = repo.run(&["explain", rule.meta.id]);
        assert!(run.code == 0 && run.out.contains("WHAT IT CHECKS"), "{}", rule.meta.id);
    }
    let near = repo.run(&["explain", "overdue-acton"]);
    assert_eq!(near.code, 2);
    assert!(near.err.contains("Did you mean overdue-action?"), "{}", near.err);
}

#[test]
fn explain_needs_no_repository_and_no_sound_configuration() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut explain = command(folder.path(), &["explain", "overdue-action"]);
    explain.env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap());
    assert_eq!(finish(explain).code, 0);
    let repo = clean();
    repo.write("closeloop.toml", "[incidents\n");
    assert_eq!(repo.run(&["explain", "overdue-action"]).code, 0);
    assert_eq!(repo.run(&["rules"]).code, 2);
}

/// What programs read is in the newest draft, what editors read in the one that all of them know.
#[test]
fn schemas_are_schemas() {
    let (newest, known) = ("https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#");
    for (of, draft) in [
        ("result", newest),
        ("timeline", newest),
        ("merge", newest),
        ("config", known),
        ("waivers", known),
        ("record", known),
    ] {
        let schema = schema(of);
        assert_eq!(schema["$schema"], draft, "{of}");
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{of}");
        assert!(jsonschema::meta::validate(&schema).is_ok(), "{of}");
    }
}

/// Every key that the documentation shows is one that the schema takes.
#[test]
fn the_configuration_of_the_documentation_conforms() {
    let text = "profile = 'standard'\n[isms]\norganisation = 'Example Ltd'\n[incidents]\npaths = ['incidents/**']\n\
                [registers.risks]\npath = 'risks/register.csv'\nid = 'Risk ID'\ncolumns = { owner = 'Risk owner' }\n\
                [severity]\nmajor = ['critical', 'SEV-1']\n[review.window.significant]\nto = 28\nsource = 'IMS1 8.2'\n\
                [review.window.major.hot_wash]\nto = 7\n[thresholds]\nunclosed_after = 30\n\
                flow_after = { value = 7, source = 'x' }\n[rules]\noverdue-action = 'error'\n\
                unreadable-record = { level = 'error', source = 'x' }\nnon_waivable = ['vanished-record']\n\
                [vocabulary.en]\nactions = ['Follow-ups']\n[dates]\norder = 'dmy'\n[[rule]]\nid = 'x'\nmessage = 'y'\n\
                require = { actions = 1 }\n";
    let value: toml::Value = toml::from_str(text).unwrap();
    let schema = schema("config");
    conforms(&schema, &serde_json::to_value(value).unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "incidents": { "pathss": [] } })), "an unknown key");
}

/// The reference records, and the full record of the documentation, are records by the schema.
#[test]
fn the_reference_records_conform_to_the_schema_of_records() {
    let schema = schema("record");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<String> = Vec::new();
    for class in ["minor", "moderate", "significant", "major"] {
        texts.push(std::fs::read_to_string(root.join(format!("fixtures/records/{class}.md"))).unwrap());
    }
    for text in texts {
        let front = text.split("---\n").nth(1).unwrap();
        conforms(&schema, &yaml(front));
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong = serde_json::json!({ "id": "a", "title": "b", "status": "open", "detected": "2026-01-01", "tittle": 1 });
    assert!(!validator.is_valid(&wrong));
}

/// YAML as JSON, by the reader under test: its values, not their types, matter here.
fn yaml(text: &str) -> Value {
    use closeloop::document::{self, Node, Syntax, Value as Data};
    fn json(node: &Node) -> Value {
        match &node.value {
            Data::Empty => Value::Null,
            Data::Scalar(scalar) => Value::String(scalar.text.to_string()),
            Data::List(items) => items.iter().map(json).collect(),
            Data::Map(map) => Value::Object(map.entries.iter().map(|e| (e.key.to_string(), json(&e.value))).collect()),
        }
    }
    let source = closeloop::source::Source::from_text(closeloop::source::RepoPath::new("x.yaml"), text);
    json(&document::parse(&source, Syntax::Yaml).data.unwrap())
}

#[test]
fn show_knows_records_that_are_rows_of_tables() {
    let repo = clean();
    repo.write(
        "closeloop.toml",
        "[registers.incidents]\npath = \"log.csv\"\n[registers.actions]\npath = \"actions.csv\"\n",
    );
    repo.write("log.csv", "id,title,status,severity,detected\nINC-9,Phishing,closed,low,2026-03-02\n");
    repo.write("actions.csv", "id,incident,text,owner,due\nA-7,INC-2026-0001,Change the lock,eva,2026-05-01\n");
    let run = repo.run(&["show"]);
    for part in ["INC-9 in log.csv, judged as minor", "2:23 severity  low  (class minor)", "  (day, in actions.csv)"] {
        assert!(run.out.contains(part), "{part} is not in\n{}", run.out);
    }
}

#[test]
fn show_names_what_is_encrypted() {
    let repo = clean();
    repo.write(
        "incidents/INC-2026-0002.yaml",
        "id: INC-2026-0002\ntitle: ENC[AES256_GCM,data:x]\nsops:\n  version: 3.9\n",
    );
    let run = repo.run(&["show", "INC-2026-0002"]);
    assert!(run.out.contains("(encrypted)") && run.out.contains("(for another program)"), "{}", run.out);
}

/// A day that is told as the reason lies where the reason says, also where an instant has another offset than the zone.
#[test]
fn instants_around_midnight_are_told_in_the_configured_zone() {
    let record = "id: INC-2026-0001\ntitle: Power cut\nstatus: closed\nseverity: medium\n\
                  occurred: 2026-03-01T23:30:00Z\ndetected: 2026-03-02 00:10\nrecovered: 2026-03-02 03:00\n\
                  closed: 2026-03-02\nreviews:\n  - date: 2026-03-30T22:30:00Z\nactions:\n  - id: A1\n    \
                  status: done\n    completed: 2026-04-10T22:30:00Z\n";
    let repo = Repo::with(&[
        ("incidents/INC-2026-0001.yaml", record),
        ("closeloop.toml", "[dates]\ntimezone = \"Europe/Berlin\"\n"),
    ]);
    let value = result(&repo.check(&["--output", "json"]).out);
    let message = |rule: &str| {
        let finding = value["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule);
        finding.unwrap_or_else(|| panic!("{rule}: {value}"))["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message("late-review"), "Review held on 2026-03-31, 1 day after its window ended on 2026-03-30");
    let future = "`actions.A1.completed` is dated 2026-04-11, after the as-of date 2026-04-10";
    assert_eq!(message("invalid-date"), future);
    let order = "`occurred` on 2026-03-01 23:30Z lies after `detected` on 2026-03-01 23:10Z";
    assert_eq!(message("dates-out-of-order"), order);
}

/// A small, clean organisation prints a calm page: what is said of many records is said once.
#[test]
fn records_of_which_the_same_is_said_share_a_line() {
    let repo = Repo::empty();
    // Nothing is committed: what the records say was not written down today, but brought from elsewhere.
    repo.write("closeloop.toml", "[history]\nsince = \"2026-04-10\"\n");
    for number in 1..=5 {
        let record = support::CLEAN.replace("0001", &format!("000{number}"));
        repo.write(&format!("incidents/INC-2026-000{number}.md"), record);
    }
    let run = repo.check(&[]);
    let shared = "INC-2026-0001, INC-2026-0002, INC-2026-0003 and 2 more, each: ";
    assert_eq!(run.out.matches(shared).count(), run.out.matches("INC-2026-0001").count(), "{}", run.out);
}

#[test]
fn a_text_where_the_configuration_needs_a_list_says_how_to_write_it() {
    let repo = Repo::with(&[("incidents/a.md", CLEAN), ("closeloop.toml", "[incidents]\npaths = \"incidents/**\"\n")]);
    let run = repo.check(&[]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("Put it into brackets: `[\"incidents/**\"]`."), "{}", run.out);
}

/// A file that was not read is never the reason for exit code 0.
#[test]
fn files_of_which_none_could_be_read_are_2() {
    let repo = Repo::with(&[("incidents/INC-2026-0001.pdf", "%PDF-1.4")]);
    let (kind, message) = could_not(&repo, &[]);
    assert_eq!((kind.as_str(), message.as_str()), ("empty-population", "no incident record could be read"));
}

/// A rule that is run alone says when it saw less than all.
#[test]
fn records_that_were_read_in_part_are_remarked_where_no_rule_speaks_of_them() {
    let repo =
        Repo::with(&[("incidents/INC-2026-0001.md", CLEAN), ("incidents/b.yaml", "id: INC-2026-0002\ntitle: [\n")]);
    let run = repo.check(&["--rule", "overdue-action"]);
    assert!(run.out.contains("remark: 1 record could not be read in full"), "{}", run.out);
    assert!(!repo.check(&[]).out.contains("remark:"));
}

#[test]
fn values_of_the_configuration_that_make_no_sense_are_refused() {
    for (config, expected) in [
        ("[review.window.significant]\nto = -5\n", "a window has a number of days from 0 to 36500"),
        ("[review.window.major.reflective]\ngrace = 99999999999\n", "a window has a number of days from 0 to 36500"),
        ("[dates]\norder = \"xyz\"\n", "`xyz` is not a word that closeloop.toml knows here"),
        ("[dates]\nordre = \"dmy\"\n", "`ordre` is not a key that closeloop.toml knows here"),
    ] {
        let repo = Repo::with(&[("incidents/a.md", CLEAN), ("closeloop.toml", config)]);
        assert_eq!(could_not(&repo, &[]), ("configuration".to_owned(), expected.to_owned()), "{config}");
    }
}

#[test]
fn words_behind_a_day_are_no_day_that_does_not_exist() {
    let record = CLEAN.replace("closed: 2026-03-03", "closed: 2026-03-03 (confirmed by phone)");
    let repo = Repo::with(&[
        (
            "incidents/INC-2026-0001.md",
            &record.replace("---\n\n", "links: { controls: [A.8.5 Secure sign-in] }\n---\n\n"),
        ),
        ("controls/soa.csv", "id,title\nA.8.5,Secure authentication\n"),
    ]);
    let value = result(&repo.check(&["--output", "json"]).out);
    let findings = value["findings"].as_array().unwrap();
    let of = |rule: &str| findings.iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {value}"));
    assert_eq!(of("unreadable-record")["message"], "`closed` should be a day and holds words");
    assert!(of("dangling-link")["help"].as_str().unwrap().starts_with("Did you mean `A.8.5`?"));
    assert!(findings.iter().all(|f| f["rule"] != "invalid-date"));
}
