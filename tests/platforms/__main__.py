"""Tries what the pages show for CI platforms, without them: `python tests/platforms PROGRAM SNIPPETS TOOLS [TEST]`.

SNIPPETS is what `scripts/snippets` wrote; TOOLS is the folder with `gitlab-ci-local`. What a snippet builds or downloads
is PROGRAM, from a folder. With `--bless` in place of a test, the table of the page on GitLab is written anew.
"""

import subprocess
import sys
import unittest
from pathlib import Path

import inputs
import support


def main():
    program, snippets, tools = (Path(sys.argv.pop(1)).resolve() for _ in range(3))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    support.PROGRAM, support.VERSION, support.SNIPPETS, support.TOOLS = program, said.split()[1], snippets, tools
    if sys.argv[1:] == ["--bless"]:
        inputs.bless()
        return 0
    tests = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    if len(sys.argv) > 1:
        tests = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
    try:
        return 0 if unittest.TextTestRunner(verbosity=1).run(tests).wasSuccessful() else 1
    finally:
        support.SHARED.cleanup()


sys.exit(main())
