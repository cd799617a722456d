"""Tries the GitHub Action without GitHub: `python tests/action PROGRAM [TEST]`. With `--bless` in place of a test, it
writes the tables of its page anew.

It runs the steps of action.yml over events and repositories that it makes, and reads the log as a runner does.
"""

import subprocess
import sys
import unittest
from pathlib import Path

import page
import support


def main():
    program = Path(sys.argv.pop(1)).resolve()
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    support.PROGRAM, support.VERSION = program, said.split()[1]
    if sys.argv[1:] == ["--bless"]:
        page.bless()
        return 0
    tests = unittest.defaultTestLoader.discover(str(Path(__file__).parent))
    if len(sys.argv) > 1:
        tests = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
    return 0 if unittest.TextTestRunner(verbosity=1).run(tests).wasSuccessful() else 1


sys.exit(main())
