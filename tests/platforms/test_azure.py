"""The pipelines of the page on Azure DevOps: their scripts, and what the agent is told."""

import re
from pathlib import Path

import junit
import support
import yaml
from support import NEW, STOOD, PlatformTest


class Azure(PlatformTest):
    def pipeline(self, **variables):
        """Runs the scripts, those after a failed one by their condition; returns the worst code and all of the log."""
        temp = self.folder / "agent"
        temp.mkdir(exist_ok=True)
        code, log = 0, ""
        pipeline = yaml.safe_load(support.snippet("azure/azure-1.yml"))
        self.assertEqual(pipeline["steps"][0], {"checkout": "self", "fetchDepth": "0", "persistCredentials": "false"})
        for step in pipeline["steps"]:
            if "script" in step and (code == 0 or step.get("condition") == "succeededOrFailed()"):
                run = self.run_in(
                    ["bash", "--noprofile", "--norc", "-c", step["script"]],
                    AGENT_TEMPDIRECTORY=str(temp),
                    TF_BUILD="True",
                    **variables,
                )
                code, log = max(code, run.code), log + run.log
        (self.published,) = [step for step in pipeline["steps"] if step.get("task") == "PublishTestResults@2"]
        self.assertEqual(self.published["condition"], "succeededOrFailed()")
        self.temp, self.log = temp, log
        return code

    def pull_request(self, branch):
        """Checks out the merge that Azure makes to test a pull request."""
        self.git("checkout", "--quiet", "--detach", "origin/main")
        self.git("merge", "--quiet", "--no-ff", "--no-edit", f"origin/{branch}")
        return self.pipeline(
            BUILD_REASON="PullRequest",
            BUILD_SOURCEBRANCH="refs/pull/7/merge",
            BUILD_SOURCEVERSION=self.git("rev-parse", "HEAD"),
            SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
        )

    def commands(self, name):
        return re.findall(rf"^##vso\[task\.{name}\s?([^\]]*)\](.*)$", self.log, re.MULTILINE)

    def errors(self):
        found = [properties for properties, _ in self.commands("logissue") if properties.startswith("type=error;")]
        return {re.search(r"sourcepath=([^;]*);", one)[1] for one in found}

    def assert_shown(self):
        """The summary and the tests are where the agent is told to find them."""
        ((_, summary),) = self.commands("uploadsummary")
        self.assertTrue(Path(summary).is_absolute())
        inputs = self.published["inputs"]
        self.assertEqual(inputs["searchFolder"], "$(Agent.TempDirectory)")
        return Path(summary).read_text(), junit.failed(self.temp / inputs["testResultsFiles"])

    def test_a_pull_request_fails_for_what_it_brings(self):
        self.assertEqual(self.pull_request("change"), 1, self.log)
        self.assertEqual(self.errors(), {f"incidents/{NEW}.md"})
        summary, failed = self.assert_shown()
        self.assertRegex(summary, r"^# closeloop: \d+ new against origin/main")
        self.assertEqual(failed, {NEW})

    def test_a_pull_request_that_brings_nothing_passes(self):
        self.assertEqual(self.pull_request("calm"), 0, self.log)
        self.assertEqual((self.errors(), self.assert_shown()[1]), (set(), set()))

    def test_a_schedule_fails_for_everything_that_is_due(self):
        self.git("checkout", "--quiet", "--detach", "origin/main")
        self.assertEqual(self.pipeline(BUILD_REASON="Schedule"), 1, self.log)
        self.assertEqual(self.errors(), {f"incidents/{STOOD}.md"})

    def test_what_could_not_be_checked_is_told(self):
        (self.isms / "closeloop.toml").write_text("nonsense = 1\n")
        self.assertEqual(self.pipeline(BUILD_REASON="Schedule"), 2, self.log)
        self.assertEqual(self.errors(), {"closeloop.toml"})
        self.assertTrue(self.assert_shown()[0].startswith("# closeloop: could not check"))

    def test_a_download_is_used_only_with_the_right_digest(self):
        for digest, is_there in [("1" * 64, False), (None, True)]:
            temp = self.folder / f"agent-{is_there}"
            temp.mkdir()
            (step,) = yaml.safe_load(support.snippet("azure/azure-2.yml", digest=digest))["steps"]
            run = self.run_in(["bash", "-c", step["script"]], AGENT_TEMPDIRECTORY=str(temp))
            self.assertEqual(run.code == 0, is_there, run.log)
            self.assertEqual((temp / "bin" / "closeloop").exists(), is_there, run.log)
