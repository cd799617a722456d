"""What the tests of the platforms share: a small ISMS with a change, and a machine on which snippets run."""

import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "action"))

import release  # noqa: E402

# Set by the main module.
PROGRAM = VERSION = SNIPPETS = TOOLS = None
# What every test reads and none changes.
SHARED = tempfile.TemporaryDirectory()

CLEAN = """---
id: INC-2024-0001
title: Lost badge
status: closed
severity: low
detected: 2024-03-02
closed: 2024-03-03
---

A badge was lost and blocked.
"""
# Found in each result: it stood there before the change, or the change brings it.
STOOD, NEW = "INC-2024-0002", "INC-2024-0003"
# A program that snippets call: what it does in their place. `cargo` installs the program that is tried, `curl` finds
# the releases of GitHub in a folder, and nothing is installed on this machine.
STAND_INS = {
    "cargo": """#!/bin/sh
set -e
[ "$1" = install ] || exit 9
while [ $# -gt 0 ]; do if [ "$1" = --root ]; then root="$2"; fi; shift; done
mkdir -p "$root/bin"
cp "$TRIED_PROGRAM" "$root/bin/closeloop"
""",
    "curl": """#!/usr/bin/env python3
import os, sys
github = "https://github.com/closeloop/closeloop/releases/download"
args = [one.replace(github, "file://" + os.environ["TRIED_RELEASES"]) for one in sys.argv[1:]]
if args != sys.argv[1:]:
    at = args.index("--proto")
    assert args[at + 1] == "=https"
    del args[at : at + 2]
os.execv(os.environ["TRIED_CURL"], ["curl", *args])
""",
    "apt-get": "#!/bin/sh\n",
}


def overdue(record):
    """A record with an action that is overdue."""
    return f"""---
id: {record}
title: VPN account takeover
status: closed
severity: high
detected: 2024-03-02
closed: 2024-03-10
actions:
  - id: A1
    text: Require a second factor on the VPN.
    owner: eva
    due: 2024-03-20
    status: in-progress
---
"""


@functools.cache
def releases():
    """A folder with a release as GitHub offers it, and the digest of its archive."""
    folder = Path(SHARED.name) / "releases" / f"v{VERSION}"
    folder.mkdir(parents=True)
    name = release.file_name(VERSION, release.LINUX)
    data = release.packed(name, PROGRAM.read_bytes())
    digest = hashlib.sha256(data).hexdigest()
    (folder / name).write_bytes(data)
    (folder / "SHA256SUMS").write_text(f"{digest}  {name}\n")
    return folder.parent, digest


def snippet(name, **replaced):
    """The text of a snippet; the digest in it, which stands for one to be, is that of the release."""
    text = (SNIPPETS / name).read_text()
    return re.sub(r"\b0{64}\b", replaced.get("digest") or releases()[1], text)


@dataclass
class Run:
    """What a process left behind; `log` is all that it wrote."""

    code: int
    log: str


class PlatformTest(unittest.TestCase):
    """A test with a folder, in which a clone of a small ISMS has a change checked out."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        tools = self.folder / "tools"
        tools.mkdir()
        for name, text in STAND_INS.items():
            self.stand_in(name, text)
        self.hub, self.isms = self.folder / "hub", self.folder / "isms"
        self.git("init", "--quiet", "--initial-branch=main", str(self.hub), folder=self.folder)
        self.commit({"INC-2024-0001": CLEAN, STOOD: overdue(STOOD)})
        self.git("checkout", "--quiet", "-b", "change", folder=self.hub)
        self.commit({NEW: overdue(NEW)})
        self.git("checkout", "--quiet", "-b", "calm", "main", folder=self.hub)
        self.commit({"INC-2024-0004": CLEAN.replace("INC-2024-0001", "INC-2024-0004")})
        self.git("checkout", "--quiet", "main", folder=self.hub)
        self.git("clone", "--quiet", str(self.hub), str(self.isms), folder=self.folder)
        self.main = self.git("rev-parse", "origin/main")
        self.git("checkout", "--quiet", "change")

    def stand_in(self, name, text):
        """Puts a program before all others that have its name."""
        file = self.folder / "tools" / name
        file.write_text(text)
        file.chmod(0o755)

    def commit(self, records):
        for name, text in records.items():
            file = self.hub / "incidents" / f"{name}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        self.git("add", "--all", folder=self.hub)
        self.git("commit", "--quiet", "--message", "A change", folder=self.hub)

    def git(self, *args, folder=None):
        run = subprocess.run(
            ["git", *args], cwd=folder or self.isms, env=self.environment(), check=True, capture_output=True, text=True
        )
        return run.stdout.strip()

    def environment(self, **variables):
        """What a process of a build sees: little of this machine, and the stand-ins first."""
        return {
            "PATH": f"{self.folder / 'tools'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ana",
            "GIT_AUTHOR_EMAIL": "ana@example.org",
            "GIT_COMMITTER_NAME": "Ana",
            "GIT_COMMITTER_EMAIL": "ana@example.org",
            "TRIED_PROGRAM": str(PROGRAM),
            "TRIED_RELEASES": str(releases()[0]),
            "TRIED_CURL": shutil.which("curl"),
            **variables,
        }

    def run_in(self, command, folder=None, **variables):
        """Runs a command, in the clone."""
        run = subprocess.run(
            command,
            cwd=folder or self.isms,
            env=self.environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Run(run.returncode, run.stdout)

    def written(self, name):
        return (self.isms / name).read_text()
