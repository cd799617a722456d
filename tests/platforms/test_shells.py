"""The Jenkinsfile of its page, and the commands of the page on any other build."""

import json
import re

import junit
import support
from support import NEW, STOOD, PlatformTest


class Jenkins(PlatformTest):
    def build(self, **variables):
        """Runs the steps `sh` until one fails, as Jenkins does."""
        text = support.snippet("jenkins/jenkins-1.groovy")
        self.assertEqual(text.count("{"), text.count("}"))
        for multiline, line in re.findall(r"^ *sh (?:'''(.*?)'''|'([^'\n]*)')$", text, re.DOTALL | re.MULTILINE):
            # Within these quotes a dollar sign is one, and a backslash would mean something to Groovy.
            self.assertNotIn("\\", multiline + line)
            run = self.run_in(
                ["sh", "-xe", "-c", multiline or line],
                JENKINS_URL="https://ci.example.org",
                WORKSPACE_TMP=f"{self.folder}/isms@tmp",
                **variables,
            )
            if run.code:
                break
        (report,) = re.findall(r"junit '(.*)'", text)
        (summary,) = re.findall(r"archiveArtifacts artifacts: '(.*)'", text)
        self.assertTrue(self.written(summary).startswith("# closeloop: "))
        return run, junit.failed(self.isms / report)

    def test_a_pull_request_fails_for_what_it_brings(self):
        run, failed = self.build(CHANGE_TARGET="main")
        self.assertEqual((run.code, failed), (1, {NEW}), run.log)
        self.git("checkout", "--quiet", "calm")
        run, failed = self.build(CHANGE_TARGET="main")
        self.assertEqual((run.code, failed), (0, set()), run.log)

    def test_a_branch_fails_for_everything_that_is_due(self):
        run, failed = self.build()
        self.assertEqual((run.code, failed), (1, {STOOD, NEW}), run.log)

    def test_a_download_is_used_only_with_the_right_digest(self):
        for digest, is_there in [("1" * 64, False), (None, True)]:
            temp = self.folder / f"isms@tmp-{is_there}"
            temp.mkdir()
            run = self.run_in(
                ["sh", "-c", support.snippet("shell/jenkins-2.sh", digest=digest)], WORKSPACE_TMP=str(temp)
            )
            self.assertEqual(run.code == 0, is_there, run.log)
            self.assertEqual((temp / "closeloop" / "bin" / "closeloop").exists(), is_there, run.log)


class Others(PlatformTest):
    def shell(self, name, **replaced):
        text = support.snippet(f"shell/{name}.sh", **replaced).replace("/usr/local/bin", f"{self.folder}/tools")
        return self.run_in(["sh", "-c", text.replace("/srv/isms", str(self.isms))])

    def test_a_download_is_used_only_with_the_right_digest_and_then_checks(self):
        self.assertNotEqual(self.shell("others-3", digest="1" * 64).code, 0)
        self.assertFalse((self.folder / "tools" / "closeloop").exists())
        run = self.shell("others-3")
        self.assertEqual(run.code, 0, run.log)
        run = self.shell("others-1")
        self.assertEqual(run.code, 1, run.log)
        self.assertEqual(junit.failed(self.isms / "closeloop.xml"), {NEW})
        run = self.shell("others-5")
        self.assertEqual((run.code, STOOD in run.log, "VPN account" in run.log), (1, True, False), run.log)

    def test_cargo_puts_it_where_it_is_found(self):
        self.assertIn("closeloop\n", support.snippet("shell/others-2.sh"))

    def test_reviewdog_gets_findings_and_does_not_decide(self):
        self.shell("others-3")
        self.stand_in("reviewdog", "#!/bin/sh\nprintf '%s\\n' \"$@\" >got.args\ncat >got.json\nexit 0\n")
        run = self.shell("others-4")
        self.assertEqual(run.code, 1, run.log)
        self.assertIn("-filter-mode=nofilter", self.written("got.args"))
        found = json.loads(self.written("got.json"))["diagnostics"]
        errors = {one["location"]["path"] for one in found if one["severity"] == "ERROR"}
        self.assertEqual(errors, {f"incidents/{NEW}.md"})
