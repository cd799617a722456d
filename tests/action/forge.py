"""A repository as GitHub holds it, its checkouts as actions/checkout lays them, and the events that start a run."""

import json
import os
import subprocess
from pathlib import Path

AS_OF = "2026-04-10"
ZERO = "0" * 40


def clean(number):
    return (
        f"---\nid: INC-2026-{number:04}\ntitle: Lost badge\nstatus: closed\nseverity: low\ndetected: 2026-03-02\n"
        "closed: 2026-03-03\n---\n\nA badge was lost and blocked.\n"
    )


def overdue(number):
    return (
        f"---\nid: INC-2026-{number:04}\ntitle: VPN account takeover\nstatus: closed\nseverity: high\n"
        "detected: 2026-03-02\nclosed: 2026-03-10\nactions:\n  - id: A1\n    text: Require a second factor on the VPN.\n"
        "    owner: eva\n    due: 2026-03-20\n    status: in-progress\n---\n"
    )


def git(folder, *arguments, author="Ana", day="2026-04-01"):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": author, f"GIT_{role}_EMAIL": "ana@example.org"}
        environment[f"GIT_{role}_DATE"] = f"{day}T12:00:00Z"
    ran = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=False)
    assert ran.returncode == 0, f"git {arguments}: {ran.stderr.decode()}"
    return ran.stdout.decode().strip()


class Forge:
    """The repository on GitHub. An overdue action stands on its main branch already."""

    def __init__(self, folder, files=None):
        self.folder = Path(folder)
        self.folder.mkdir()
        git(self.folder, "init", "--quiet", "--initial-branch=main")
        git(self.folder, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.first = self.commit(files or {"INC-2026-0001.md": clean(1), "INC-2026-0002.md": overdue(2)})

    def commit(self, files, day="2026-04-01", author="Ana"):
        for name, text in files.items():
            path = self.folder / "incidents" / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "-m", "A change", day=day, author=author)
        return self.head()

    def head(self, name="HEAD"):
        return git(self.folder, "rev-parse", name)

    def branch(self, name, start="main"):
        git(self.folder, "checkout", "--quiet", "-B", name, start)

    def pull_request(self, branch, files, is_fork=False, author="Eva"):
        """A pull request with two commits; GitHub adds the merge that tests it. Of a fork there is no branch here."""
        self.branch(branch)
        self.commit({}, day="2026-04-03", author=author)
        head = self.commit(files, day="2026-04-04", author=author)
        git(self.folder, "checkout", "--quiet", "--detach", "main")
        git(self.folder, "merge", "--quiet", "--no-ff", "-m", f"Merge {head}", head, day=AS_OF)
        merge = self.head()
        git(self.folder, "update-ref", "refs/pull/7/head", head)
        git(self.folder, "update-ref", "refs/pull/7/merge", merge)
        git(self.folder, "checkout", "--quiet", "main")
        if is_fork:
            git(self.folder, "branch", "-D", branch)
        return merge, head

    def checkout(self, folder, ref, sha, is_shallow=False):
        """As actions/checkout does it, with `fetch-depth: 0` or with its default, 1."""
        folder = Path(folder)
        folder.mkdir()
        git(folder, "init", "--quiet")
        git(folder, "remote", "add", "origin", f"file://{self.folder}")
        kind, _, name = ref.removeprefix("refs/").partition("/")
        here = f"refs/remotes/pull/{name}" if kind == "pull" else f"refs/remotes/origin/{name}"
        fetch = ["-c", "protocol.version=2", "fetch", "--quiet", "--prune", "--no-recurse-submodules", "--no-tags"]
        if is_shallow:
            git(folder, *fetch, "--depth=1", "origin", f"+{sha}:{here}")
        else:
            extra = [f"+{sha}:{here}"] if kind == "pull" else []
            git(folder, *fetch, "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*", *extra)
        if kind == "pull":
            git(folder, "checkout", "--quiet", "--force", here)
        else:
            git(folder, "checkout", "--quiet", "--force", "-B", name, here)
        assert git(folder, "rev-parse", "HEAD") == sha
        return folder


def event(folder, name, ref, sha, payload=None, **variables):
    """The GITHUB_ variables of an event, with its payload in a file."""
    path = Path(folder) / f"{name}.json"
    repository = {"full_name": "acme/isms", "default_branch": "main", "private": True}
    path.write_text(json.dumps({"repository": repository, **(payload or {})}))
    known = {"GITHUB_EVENT_NAME": name, "GITHUB_REF": ref, "GITHUB_SHA": sha, "GITHUB_EVENT_PATH": str(path)}
    kind, _, short = ref.removeprefix("refs/").partition("/")
    known |= {"GITHUB_REF_NAME": short, "GITHUB_REF_TYPE": "tag" if kind == "tags" else "branch"}
    return {**known, "GITHUB_REPOSITORY": "acme/isms", "GITHUB_SERVER_URL": "https://github.com", **variables}


def pull_request_event(folder, forge, merge, head, branch, is_fork=False):
    side = lambda sha, ref, owner: {"sha": sha, "ref": ref, "repo": {"full_name": f"{owner}/isms", "fork": owner != "acme"}}
    request = {
        "number": 7,
        "base": side(forge.head("main"), "main", "acme"),
        "head": side(head, branch, "somebody" if is_fork else "acme"),
    }
    names = {"GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": branch}
    return event(folder, "pull_request", "refs/pull/7/merge", merge, {"pull_request": request}, **names)
