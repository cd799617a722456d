"""What a run compares with and what it fails for, event by event."""

import forge
from forge import AS_OF, ZERO, clean, overdue
from support import ActionTest

ALONE = {"as_of": AS_OF, "rule": "overdue-action"}
# A name of a branch that a shell would run, and a log take for a command.
BRANCH = "topic/$(touch${IFS}pwned);`id`%0A%3A%3Aerror|&"


class Events(ActionTest):
    def hub(self):
        return forge.Forge(self.folder / "hub")

    def request(self, files, is_fork=False, is_shallow=False, branch=BRANCH, **inputs):
        hub = self.hub()
        merge, head = hub.pull_request(branch, files, is_fork)
        workspace = hub.checkout(self.folder / "isms", "refs/pull/7/merge", merge, is_shallow)
        event = forge.pull_request_event(self.folder, hub, merge, head, branch, is_fork)
        # A run from a fork has a token that may do nothing.
        run = self.run_action(workspace, event, **ALONE, **inputs)
        self.assertFalse((workspace / "pwned").exists())
        return run

    def push(self, hub, before, branch="main", event="push", is_shallow=False, payload=None, **inputs):
        ref = f"refs/heads/{branch}"
        sha = hub.head(branch)
        workspace = hub.checkout(self.folder / "isms", ref, sha, is_shallow)
        payload = payload if payload is not None else {"before": before, "after": sha, "ref": ref}
        return self.run_action(workspace, forge.event(self.folder, event, ref, sha, payload), **{**ALONE, **inputs})

    def assert_found(self, run, code, errors, new, *annotated):
        self.assertEqual((run.code, run.outputs["errors"], run.outputs["new"]), (code, errors, new), run.log)
        self.assertEqual(run.outputs["verdict"], "fail" if code else "pass")
        titles = [command.properties["title"] for command in run.of("error")]
        self.assertEqual(titles, [f"{record}: overdue-action" for record in annotated])
        self.assert_faithful(run)
        self.assertIn("# closeloop: ", run.summary)
        self.assertIn("## What is due", run.summary)

    def test_a_pull_request_fails_for_what_it_brings(self):
        run = self.request({"INC-2026-0003.md": overdue(3)})
        self.assert_found(run, 1, "2", "1", "INC-2026-0003")
        self.assertEqual(run.of("error")[0].properties["file"], "incidents/INC-2026-0003.md")
        self.assertIn("## Existing in the base", run.summary)

    def test_a_pull_request_passes_beside_what_stood_there(self):
        self.assert_found(self.request({"INC-2026-0003.md": clean(3)}), 0, "1", "0")

    def test_a_pull_request_of_a_fork_is_judged_alike_and_needs_no_token(self):
        run = self.request({"INC-2026-0003.md": overdue(3)}, is_fork=True)
        self.assert_found(run, 1, "2", "1", "INC-2026-0003")

    def test_a_push_fails_for_what_it_brings(self):
        hub = self.hub()
        hub.commit({"INC-2026-0003.md": overdue(3)}, day="2026-04-05")
        self.assert_found(self.push(hub, hub.first), 1, "2", "1", "INC-2026-0003")

    def test_a_push_passes_beside_what_stood_there(self):
        hub = self.hub()
        hub.commit({"INC-2026-0003.md": clean(3)}, day="2026-04-05")
        self.assert_found(self.push(hub, hub.first), 0, "1", "0")

    def test_the_first_push_of_the_repository_has_no_base(self):
        self.assert_found(self.push(self.hub(), ZERO), 1, "1", "", "INC-2026-0002")

    def test_the_first_push_of_a_branch_is_judged_from_where_it_left(self):
        hub = self.hub()
        hub.branch("topic")
        hub.commit({"INC-2026-0003.md": overdue(3)}, day="2026-04-05")
        self.assert_found(self.push(hub, ZERO, "topic"), 1, "2", "1", "INC-2026-0003")

    def test_a_forced_push_is_judged_from_what_both_have(self):
        hub = self.hub()
        hub.branch("topic")
        replaced = hub.commit({"INC-2026-0003.md": clean(3)}, day="2026-04-05")
        hub.branch("topic")
        hub.commit({"INC-2026-0004.md": overdue(4)}, day="2026-04-06")
        # The clone does not hold what was replaced.
        self.assert_found(self.push(hub, replaced, "topic"), 1, "2", "1", "INC-2026-0004")

    def test_on_a_schedule_everything_fails_that_is_due(self):
        run = self.push(self.hub(), None, event="schedule", payload={"schedule": "17 5 * * *"})
        self.assert_found(run, 1, "1", "", "INC-2026-0002")
        self.assertIn("this is a scheduled run", run.summary)

    def test_by_hand_everything_fails_that_is_due(self):
        run = self.push(self.hub(), None, event="workflow_dispatch", payload={"inputs": {}})
        self.assert_found(run, 1, "1", "", "INC-2026-0002")

    def test_a_merge_group_is_judged_against_its_base(self):
        hub = self.hub()
        branch = f"gh-readonly-queue/main/pr-7-{hub.first}"
        hub.branch(branch)
        hub.commit({"INC-2026-0003.md": overdue(3)}, day="2026-04-05")
        group = {"base_sha": hub.first, "base_ref": "refs/heads/main", "head_sha": hub.head(branch)}
        run = self.push(hub, None, branch, "merge_group", payload={"merge_group": group})
        self.assert_found(run, 1, "2", "1", "INC-2026-0003")

    def test_a_named_base_and_none_at_all_are_taken(self):
        hub = self.hub()
        hub.commit({"INC-2026-0003.md": clean(3)}, day="2026-04-05")
        self.assert_found(self.push(hub, hub.first, base=""), 1, "1", "", "INC-2026-0002")

    def test_a_shallow_checkout_of_a_pull_request_is_told_how_to_become_whole(self):
        run = self.request({"INC-2026-0003.md": clean(3)}, is_shallow=True)
        self.assert_stopped(run, "fetch-depth: 0")
        self.assert_faithful(run)

    def test_a_shallow_checkout_of_a_push_is_told_how_to_become_whole(self):
        hub = self.hub()
        hub.commit({"INC-2026-0003.md": clean(3)}, day="2026-04-05")
        self.assert_stopped(self.push(hub, hub.first, is_shallow=True), "fetch-depth: 0")

    def test_a_shallow_checkout_on_a_schedule_is_told_how_to_become_whole(self):
        hub = self.hub()
        hub.commit({"INC-2026-0003.md": clean(3)}, day="2026-04-05")
        run = self.push(hub, None, event="schedule", payload={}, is_shallow=True, rule="")
        self.assert_stopped(run, "fetch-depth: 0")
        self.assertEqual(run.used, [])

    def test_a_shallow_checkout_is_enough_where_nothing_needs_history(self):
        run = self.push(self.hub(), None, event="schedule", payload={}, is_shallow=True, no_history="true")
        self.assert_found(run, 1, "1", "", "INC-2026-0002")
