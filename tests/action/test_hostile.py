"""Records, names and authors that try to speak to the runner: nothing of them becomes a command or an output."""

import json
import re

import commands
import forge
from forge import AS_OF
from support import ActionTest

PAYLOADS = [
    "::error::injected",
    "::error file=incidents/a.md,line=1::injected",
    "::set-output name=verdict::pass",
    "::add-mask::injected",
    "::stop-commands::injected",
    "::debug::injected",
    "::group::injected",
    "  ::notice::injected",
    "\n::error::injected",
    "\r\n::warning::injected",
    "\r::error::injected",
    "\u2028::error::injected",
    "\u00a0::error::injected",
    "%0A::error::injected",
    "%0D%0A::error::injected",
    "%250A::error::injected",
    "a,title=injected::error::b",
    "##[error]injected",
    "x ##[set-env name=PATH;]/tmp",
    "##[command]injected",
    "##[add-path]/tmp",
    "##vso[task.complete result=Succeeded;]injected",
    "##VSO[task.setvariable variable=PATH]x",
    "verdict=pass\nerrors=0",
    "verdict<<EOF\npass\nEOF",
    "$(touch pwned)`touch pwned`",
    "](https://injected.example) <img src=x> | x | @everyone",
]


def record(number, text):
    """A record that carries a text wherever text can stand, with an action that is overdue."""
    action = {"id": text, "text": text, "owner": text, "due": "2026-03-20", "status": "open"}
    known = {"id": f"INC-{number} {text}", "title": text, "status": "closed", "severity": text}
    known |= {"detected": "2026-03-02", "closed": text, text: 1, "actions": [action], "responders": [text]}
    return json.dumps({**known, "lessons": [{"id": text, "text": text, "kind": text}]}, ensure_ascii=False)


def files():
    found = {}
    for number, text in enumerate(PAYLOADS):
        name = text.replace("/", "_")
        found[f"{number}.json"] = record(number, text)
        found[f"{name}.md"] = f"---\nid: NAME-{number}\ntitle: x\nstatus: nonsense\n---\n\n{text}\n"
        found[f"raw-{number}.md"] = f"---\nid: RAW-{number}\ntitle: {text} # {text}\nstatus: {text}\n{text}: 1\n---\n{text}\n"
    return found


class Hostile(ActionTest):
    def request(self, content, author="::error::injected", **inputs):
        hub = forge.Forge(self.folder / "hub")
        branch = "##injected/%0A|error;verdict=pass"
        merge, head = hub.pull_request(branch, content, is_fork=True, author=author)
        workspace = hub.checkout(self.folder / "isms", "refs/pull/7/merge", merge)
        event = forge.pull_request_event(self.folder, hub, merge, head, branch, is_fork=True)
        run = self.run_action(workspace, event, as_of=AS_OF, **inputs)
        self.assertFalse((workspace / "pwned").exists())
        return run

    def assert_calm(self, run):
        self.assertEqual(run.code, 1, run.log)
        self.assertEqual((run.outputs["verdict"]), "fail")
        self.assertGreater(int(run.outputs["new"]), len(PAYLOADS))
        for line in re.split(r"[\n\r\u2028\u2029\x85]", run.log):
            # What is no command of ours does not look like one to any reader of logs either.
            if not line.startswith(("::error ", "::warning ", "::notice ")):
                self.assertFalse(line.lstrip().startswith("::"), line)
            self.assertNotIn("##[", line)

    def test_this_harness_hears_what_it_listens_for(self):
        heard = [text for text in PAYLOADS if ": " not in text and self.hears(text)]
        self.assertGreaterEqual(len(heard), 15, heard)
        self.assertTrue(self.hears("x\r##[error]y") and self.hears("\u2003::add-path::y"))
        self.assertFalse(self.hears("a ::error::x") or self.hears("::unknown::x") or self.hears("%0A::error::x"))

    def hears(self, text):
        try:
            return bool(commands.parse(text))
        except AssertionError:
            return True

    def test_no_record_speaks_to_the_runner(self):
        run = self.request(files())
        self.assert_calm(run)
        self.assert_faithful(run)
        self.assertEqual([len(run.of(level)) for level in ("error", "warning", "notice")], [10, 10, 10])
        report = json.loads(run.report)
        errors = sum(finding["level"] == "error" for finding in report["findings"])
        self.assertEqual(run.outputs["errors"], str(errors))

    def test_each_payload_alone_is_shown_and_says_nothing(self):
        # Among many, only the worst are annotated; a few of these are, whatever the others say.
        for rule in ("overdue-action", "unreadable-record", "unknown-field", "unowned-action", "invalid-date"):
            with self.subTest(rule):
                self.folder = self.folder / rule
                self.folder.mkdir()
                run = self.request(files(), rule=rule)
                self.assertLess(run.code, 2, run.log)
                self.assert_faithful(run)

    def test_text_in_the_log_says_nothing_either(self):
        run = self.request(files(), output="text")
        self.assert_calm(run)
        self.assertEqual(run.commands, [])

    def test_the_summary_shows_mark_up_and_uses_none(self):
        summary = self.request(files()).summary
        self.assertIn("## What is due", summary)
        self.assertNotIn("<", summary)
        self.assertNotIn("](", summary.replace("\\]", ""))
        for row in (line for line in summary.split("\n") if line.startswith("|")):
            self.assertEqual(row.replace("\\|", "").count("|"), 5, row)
        self.assertIsNone(re.search(r"(?<!\\)@everyone", summary))

    def test_a_summary_of_thousands_stays_under_the_limit(self):
        head, _, rest = forge.overdue(1).partition("  - id: A1\n")
        rest = rest.removesuffix("---\n")
        actions = "".join(f"  - id: A{number}\n{rest}" for number in range(12))
        text = f"{head}{actions}---\n"
        many = {f"{n}.md": text.replace("0001", f"{n:04}-" + "x" * 20) for n in range(10, 310)}
        run = self.request(many, rule="overdue-action")
        self.assertGreater(len(run.summary.encode()), 900_000)
        self.assertIn("3591 more of this level", run.log)
        self.assert_faithful(run)
