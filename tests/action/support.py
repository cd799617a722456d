"""What the tests of the action share."""

import json
import os
import tempfile
import unittest
from pathlib import Path

import forge
import release
import runner

# The program that is released; set by the main module.
PROGRAM = None
VERSION = None


class ActionTest(unittest.TestCase):
    """A test with a folder and a server of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def server(self):
        server = release.Server(self.folder / "releases")
        self.addCleanup(server.close)
        return server

    def run_action(self, workspace, github, outer=None, **inputs):
        """Runs the action with the program on the runner; a text `name` with an underscore is the input `na-me`."""
        given = {"binary": str(PROGRAM), **{name.replace("_", "-"): value for name, value in inputs.items()}}
        return runner.run(given, github, workspace, outer)

    def tools(self, **scripts):
        """A folder of programs of the test's own, to be found before all others."""
        folder = self.folder / "tools"
        folder.mkdir(exist_ok=True)
        for name, text in scripts.items():
            path = folder / name
            path.write_text(text)
            path.chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def simple(self):
        """A checkout of a repository with an overdue action, and the event of a run by hand."""
        hub = forge.Forge(self.folder / "hub")
        workspace = hub.checkout(self.folder / "isms", "refs/heads/main", hub.first)
        return workspace, forge.event(self.folder, "workflow_dispatch", "refs/heads/main", hub.first)

    def assert_stopped(self, run, *parts):
        """It could not check, says so in one annotation, and told no number."""
        self.assertEqual(run.code, 2, run.log)
        told = [one for one in run.of("error") if one.properties["title"] == "closeloop could not check"]
        self.assertEqual(len(told), 1, run.log)
        for part in parts:
            self.assertIn(part, told[0].data)
        self.assertEqual(run.outputs["verdict"], "could-not-check")
        self.assertEqual((run.outputs["errors"], run.outputs["warnings"], run.outputs["new"]), ("", "", ""))

    def assert_faithful(self, run):
        """Every command is one that a finding or a problem of the report makes: nothing else got into the log."""
        report = json.loads(run.report)
        said = {f"{one['message']}\n{one['why']}\n{one['help']}": one for one in report["findings"]}
        problems = {f"{one['message']}\n{one['help']}" for one in report["problems"]}
        levels = {"error": "error", "warning": "warning", "notice": "note"}
        for command in run.commands:
            self.assertIn(command.name, levels, command)
            self.assertLessEqual(
                set(command.properties), {"file", "line", "col", "endline", "endcolumn", "title"}, command
            )
            if command.properties["title"].endswith(" more"):
                continue
            if command.data in problems:
                self.assertEqual(command.properties["title"], "closeloop could not check")
                continue
            self.assertIn(command.data, said, command)
            finding = said[command.data]
            self.assertEqual(levels[command.name], finding["level"], command)
            self.assertTrue(command.properties["title"].endswith(finding["rule"]), command)
