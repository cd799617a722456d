"""The component and the pipelines of the page on GitLab, run by gitlab-ci-local."""

import json
import re
import shutil

import inputs
import junit
import support
import yaml
from support import NEW, STOOD, PlatformTest

MERGE_REQUEST = {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_IID": "7",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
}


class GitLab(PlatformTest):
    def pipeline(self, text, **variables):
        """Runs a pipeline that takes in the component from where it is said to be, which here is a copy of it."""
        shutil.copy(inputs.COMPONENT, self.isms / "closeloop.yml")
        text, taken = re.subn(r"remote: https://\S+/templates/closeloop\.yml", "local: closeloop.yml", text)
        self.assertEqual(taken, 1, text)
        (self.isms / ".gitlab-ci.yml").write_text(text)
        given = [part for name, value in variables.items() for part in ("--variable", f"{name}={value}")]
        program = support.TOOLS / "gitlab-ci-local"
        self.ended = self.run_in([program, "--force-shell-executor", "--color=false", *given])
        return self.ended

    def with_inputs(self, **given):
        """The pipeline for the time after a release, with the releases in a folder and more inputs."""
        pipeline = yaml.safe_load(support.snippet("gitlab/gitlab-2.yml"))
        pipeline["include"][0]["inputs"]["download-url"] = f"file://{support.releases()[0]}"
        pipeline["include"][0]["inputs"].update({name.replace("_", "-"): value for name, value in given.items()})
        return yaml.safe_dump(pipeline)

    def job(self, shell, **given):
        """Runs the lines of the component's job alone, in a merge request and in one shell, as a runner does."""
        spec, _ = yaml.safe_load_all(inputs.COMPONENT.read_text())
        values = {name: what["default"] for name, what in spec["spec"]["inputs"].items()}
        values.update({"download-url": f"file://{support.releases()[0]}", "binary": "", "build-from-source": "false"})
        values.update({name.replace("_", "-"): value for name, value in given.items()})
        text = re.sub(r"\$\[\[ inputs\.([a-z0-9-]+) \]\]", lambda found: values[found[1]], inputs.COMPONENT.read_text())
        _, jobs = yaml.safe_load_all(text)
        (job,) = jobs.values()
        self.assertEqual(job["variables"]["GIT_DEPTH"], "0")
        lines = "\n".join(job["before_script"] + job["script"])
        return self.run_in([*shell, "-c", lines], GITLAB_CI="true", **MERGE_REQUEST, **job["variables"])

    def assert_ended(self, code):
        self.assertEqual(self.ended.code, code, self.ended.log)
        found = re.findall(r"^ (PASS|FAIL)  closeloop(?:\s+.*)?$", self.ended.log, re.MULTILINE)
        self.assertEqual(found, ["PASS" if code == 0 else "FAIL"], self.ended.log)

    def test_a_merge_request_fails_for_what_it_brings(self):
        self.pipeline(
            support.snippet("gitlab/gitlab-1.yml"), CI_MERGE_REQUEST_DIFF_BASE_SHA=self.main, **MERGE_REQUEST
        )
        self.assert_ended(1)
        found = json.loads(self.written("gl-code-quality-report.json"))
        errors = {one["location"]["path"] for one in found if one["severity"] == "major"}
        # GitLab compares by itself, and has to see what stood there.
        self.assertEqual(errors, {f"incidents/{STOOD}.md", f"incidents/{NEW}.md"})
        self.assertEqual(junit.failed(self.isms / "closeloop-junit.xml"), {NEW})
        self.assertIn(NEW, self.written("closeloop.md"))

    def test_a_merge_request_that_brings_nothing_passes(self):
        self.git("checkout", "--quiet", "calm")
        self.pipeline(support.snippet("gitlab/gitlab-1.yml"), **MERGE_REQUEST)
        self.assert_ended(0)
        self.assertIn("## Existing in the base", self.written("closeloop.md"))

    def test_a_schedule_fails_for_everything_that_is_due(self):
        self.git("checkout", "--quiet", "main")
        self.pipeline(self.with_inputs(), CI_PIPELINE_SOURCE="schedule")
        self.assert_ended(1)
        self.assertEqual(junit.failed(self.isms / "closeloop-junit.xml"), {STOOD})
        self.pipeline(self.with_inputs(args="--exit-zero"), CI_PIPELINE_SOURCE="schedule")
        self.assert_ended(0)

    def test_a_push_to_another_branch_has_no_job(self):
        self.pipeline(self.with_inputs(), CI_PIPELINE_SOURCE="push")
        self.assertNotIn("closeloop 0", self.ended.log)
        self.assertFalse((self.isms / "closeloop-junit.xml").exists(), self.ended.log)

    def test_the_digest_of_the_release_is_enough_and_a_wrong_one_stops(self):
        self.git("checkout", "--quiet", "calm")
        for shell in (["sh", "-e"], ["bash", "-eo", "pipefail"]):
            run = self.job(shell, sha256="")
            self.assertEqual(run.code, 0, run.log)
            for given, said in [
                ({"sha256": "1" * 64}, "has another SHA-256 than 1111"),
                ({"version": "9.9.9", "sha256": ""}, "v9.9.9/SHA256SUMS could not be downloaded"),
                ({"download_url": "http://example.org"}, "neither https nor file"),
                ({"binary": "/nowhere/closeloop"}, "there is no closeloop at /nowhere/closeloop"),
            ]:
                (self.isms / "closeloop.md").unlink(missing_ok=True)
                run = self.job(shell, **given)
                self.assertEqual(run.code, 2, run.log)
                self.assertIn(said, run.log)
                self.assertFalse((self.isms / "closeloop.md").exists(), run.log)

    def test_the_table_of_inputs_is_fresh(self):
        text = inputs.PAGE.read_text()
        self.assertEqual(text, inputs.fresh(text), "run: python tests/platforms PROGRAM SNIPPETS TOOLS --bless")
