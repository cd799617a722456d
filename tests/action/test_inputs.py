"""The inputs of the action: each reaches the command line as what it is, and none is forgotten."""

import re
import subprocess
import tomllib

import runner
import support
from forge import AS_OF
from support import ActionTest

# What the command line has and the action has not, and why.
LEFT_OUT = {
    "help": "it prints",
    "color": "a log of GitHub is no terminal",
    "folder": "the input `path` is the same",
    "staged": "nothing is staged in a build",
}
# What the action has and the command line has not: where closeloop comes from, and what becomes of the SARIF.
OF_THE_ACTION = {"version", "checksums", "attestation", "download-url", "binary", "build-from-source", "upload-sarif"}
# A closeloop that writes down its arguments, one a line with an empty line after each.
RECORDER = '#!/bin/sh\n[ "$1" = --version ] && exit\nprintf "%s\\n\\n" "$@" >"$MARK"\nprintf "%s" "$SAYS" >&2\nexit "${CODE:-0}"\n'


class Inputs(ActionTest):
    def setUp(self):
        super().setUp()
        self.mark = self.folder / "arguments"

    def arguments(self, outer=None, **inputs):
        """The arguments that closeloop gets; the files of the run are named by what they are."""
        workspace, event = self.folder, {}
        outer = {**self.tools(recorder=RECORDER), "MARK": str(self.mark), **(outer or {})}
        self.mark.unlink(missing_ok=True)
        run = self.run_action(workspace, event, outer, binary="recorder", **inputs)
        said = self.mark.read_text().split("\n\n")[:-1] if self.mark.exists() else []
        return run, [re.sub(r"=/[^=]*/closeloop\.\w+/", "=TEMP/", word) for word in said]

    def test_every_option_of_check_has_its_input(self):
        help = subprocess.run([support.PROGRAM, "check", "--help"], capture_output=True, text=True, check=True).stdout
        options = set(re.findall(r"^\s+(?:-\w, )?--([a-z-]+)", help, re.MULTILINE))
        self.assertGreater(len(options), 10, help)
        if "[PATH]" in help:
            options.add("path")
        inputs = set(runner.action()["inputs"])
        self.assertEqual(inputs - OF_THE_ACTION, options - set(LEFT_OUT), "an option without its input, or the other way")

    def test_the_version_is_that_of_the_program(self):
        package = tomllib.loads((runner.ROOT / "Cargo.toml").read_text())["package"]
        self.assertEqual(str(runner.action()["inputs"]["version"]["default"]), package["version"])
        self.assertEqual(support.VERSION, package["version"])

    def test_without_inputs_the_defaults_are_given(self):
        _, said = self.arguments()
        self.assertEqual(
            said, ["check", "--base=auto", "--fail-on=error", "--output=json=TEMP/result.json", "--output=github"]
        )

    def test_each_input_reaches_the_command_line(self):
        _, said = self.arguments(
            path="-isms dir", at="HEAD~1", as_of=AS_OF, profile="auditor", framework="nis2,dora", rule="late-review\n  overdue-action\n\n",
            base="origin/main", no_history="true", no_cache="true", fail_on="warning", exit_zero="true",
            output="junit=a b.xml\r\ngitlab=c=d.json", upload_sarif="true",
        )  # fmt: skip
        self.assertEqual(
            said,
            [
                "check", "--at=HEAD~1", f"--as-of={AS_OF}", "--profile=auditor", "--framework=nis2,dora",
                "--base=origin/main", "--fail-on=warning", "--rule=late-review", "--rule=overdue-action", "--no-history", "--no-cache",
                "--exit-zero", "--output=junit=a b.xml", "--output=gitlab=c=d.json", "--output=json=TEMP/result.json",
                "--output=sarif=TEMP/closeloop.sarif", "--output=github", "--", "-isms dir",
            ],
        )  # fmt: skip

    def test_hostile_values_stay_values(self):
        for value in ("$(touch pwned)", "`touch pwned`", "; touch pwned", "--exit-zero", "a' b\" *", "${{ github.token }}"):
            inputs = ("path", "at", "as_of", "profile", "framework", "rule", "base", "fail_on")
            _, said = self.arguments(**dict.fromkeys(inputs, value))
            self.assertEqual(sum(word.endswith(value) for word in said), len(inputs), said)
            self.assertNotIn("--exit-zero", said[:-1])
        self.assertFalse((self.folder / "pwned").exists())

    def test_a_switch_is_true_or_false(self):
        for switch in ("no_history", "no_cache", "exit_zero", "upload_sarif", "build_from_source"):
            # A program on the runner is not built.
            binary = {"binary": ""} if switch == "build_from_source" else {}
            for value in ("True", "yes", "true%0A::error::x", "true\n::error::x"):
                run = self.run_action(self.folder, {}, self.tools(recorder=RECORDER), **{"binary": "recorder", switch: value, **binary})
                self.assert_stopped(run, f"the input `{switch.replace('_', '-')}` is neither true nor false: {value}")
        _, said = self.arguments(exit_zero="", no_history="false")
        self.assertNotIn("--exit-zero", said)
        self.assertNotIn("--no-history", said)

    def test_another_format_takes_the_log_and_the_summary_stays(self):
        workspace, event = self.simple()
        run = self.run_action(workspace, event, as_of=AS_OF, rule="overdue-action", output="text")
        self.assertEqual((run.code, run.outputs["errors"], run.commands), (1, "1", []), run.log)
        self.assertIn("error[overdue-action]", run.log)
        self.assertIn("# closeloop: 1 error", run.summary)

    def test_what_is_wrong_with_an_input_is_an_annotation(self):
        workspace, event = self.simple()
        hostile = "x\n::error::y\r\n##[error]z"
        for inputs, part in (
            ({"rule": "overdu-action"}, "there is no rule `overdu-action`"),
            ({"as_of": "tomorrow"}, "invalid value 'tomorrow' for '--as-of"),
            ({"fail_on": hostile}, "invalid value 'x"),
            # Whatever was configured of privacy stands in a revision that is not there.
            ({"at": hostile}, "the revision that was asked for"),
            ({"base": hostile}, "Fetch the whole history"),
            ({"path": "nowhere"}, "the repository, or the revision"),
            ({"output": "nonsense=x"}, "the format is one of"),
            ({"output": "junit=/nowhere/x.xml"}, "/nowhere/x.xml could not be written"),
            ({"output": "json=a\nsarif=a"}, "two outputs name the file a"),
        ):
            run = self.run_action(workspace, event, rule=inputs.pop("rule", "overdue-action"), **inputs)
            self.assertEqual((run.code, run.outputs["verdict"]), (2, "could-not-check"), run.log)
            errors = [one for one in run.of("error") if one.properties["title"] == "closeloop could not check"]
            self.assertIn(part, errors[0].data)

    def test_what_ends_otherwise_could_not_check(self):
        for code in ("3", "101", "139"):
            run, _ = self.arguments({"CODE": code, "SAYS": "::error::x\n##[set-output name=verdict]pass"})
            self.assert_stopped(run, f"closeloop ended with {code}: ::error::x")

    def test_what_a_sound_run_says_beside_is_no_command(self):
        run, _ = self.arguments({"SAYS": "::error::x\n##[warning]y\n::add-mask::z"})
        self.assertEqual((run.code, run.commands), (0, []))
        self.assertIn("##[warning]y", run.log)

    def test_code_scanning_gets_what_was_checked_and_nothing_else(self):
        workspace, event = self.simple()
        run = self.run_action(workspace, event, as_of=AS_OF, rule="overdue-action", upload_sarif="true")
        self.assertEqual(run.code, 1)
        [(name, inputs, files)] = run.used
        self.assertRegex(name, r"^github/codeql-action/upload-sarif@[0-9a-f]{40}$")
        self.assertEqual(inputs["category"], "closeloop")
        self.assertIn('"overdue-action"', files["sarif_file"])
        # An empty list would close every alert.
        run = self.run_action(workspace, event, base="nowhere", upload_sarif="true")
        self.assertEqual((run.code, run.used), (2, []))
        self.assertEqual(self.run_action(workspace, event, as_of=AS_OF).used, [])

    def test_findings_may_be_let_through_and_levels_set(self):
        workspace, event = self.simple()
        run = self.run_action(workspace, event, as_of=AS_OF, rule="overdue-action", exit_zero="true")
        self.assertEqual((run.code, run.outputs["verdict"], run.outputs["errors"]), (0, "fail", "1"))
        run = self.run_action(workspace, event, as_of="2026-03-24", rule="overdue-action", fail_on="warning")
        self.assertEqual((run.code, run.outputs["errors"], run.outputs["warnings"]), (1, "0", "1"))
        run = self.run_action(workspace, event, as_of="2026-03-24", rule="overdue-action")
        self.assertEqual((run.code, run.outputs["verdict"], run.outputs["warnings"]), (0, "pass", "1"))

    def test_scripts_use_nothing_that_an_old_bash_lacks(self):
        newer = r"mapfile|readarray|declare -A|local -n|\$\{\w+(,,|\^\^|@)|\|&|&>>|\bcoproc\b|printf -v|\[\[ -v "
        for path in sorted((runner.ROOT / "scripts" / "action").iterdir()):
            self.assertIsNone(re.search(newer, path.read_text()), path)
