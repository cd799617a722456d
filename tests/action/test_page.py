"""The page on GitHub says what the action does."""

import re

import page
import runner
import yaml
from support import ActionTest


class Page(ActionTest):
    def test_the_tables_are_fresh(self):
        text = page.PAGE.read_text()
        self.assertEqual(text, page.fresh(text), "run: python tests/action PROGRAM --bless")

    def test_the_workflows_name_inputs_that_there_are(self):
        found = 0
        for block in re.findall(r"```yml\n(.*?)```", page.PAGE.read_text(), re.DOTALL):
            for job in yaml.safe_load(block)["jobs"].values():
                for step in job["steps"]:
                    if step["uses"].startswith("closeloop/closeloop@"):
                        runner.with_defaults(runner.action(), step.get("with", {}))
                        found += 1
        self.assertEqual(found, 3)
