"""Runs a composite action as a runner does: its steps, their environment, and the files in which they answer."""

import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from commands import LEVELS, parse, pairs
from expressions import Evaluator

ROOT = Path(__file__).resolve().parents[2]
FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")
SUMMARY_LIMIT = 1024 * 1024
MOST_ANNOTATIONS = 10


@dataclass
class Run:
    """What is left of a run: its exit code is that of the first step that failed."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict = field(default_factory=dict)
    commands: list = field(default_factory=list)
    # Steps that use another action: its name, with its inputs.
    used: list = field(default_factory=list)

    def of(self, level):
        return [command for command in self.commands if command.name == level]


def action():
    return yaml.safe_load((ROOT / "action.yml").read_text())


def step_environment(step, evaluator):
    return {name: evaluator.text(str(value)) for name, value in step.get("env", {}).items()}


def with_defaults(definition, given):
    unknown = set(given) - set(definition["inputs"])
    if unknown:
        raise AssertionError(f"the action has no input {unknown}")
    return {name: str(given.get(name, what.get("default", ""))) for name, what in definition["inputs"].items()}


def run(given, github, workspace, outer=None):
    """Runs the action with inputs in a workspace; `github` holds the GITHUB_ variables, `outer` further ones."""
    definition = action()
    inputs = with_defaults(definition, given)
    result, steps, code = Run(), {}, 0
    with tempfile.TemporaryDirectory() as folder:
        temp = Path(folder)
        for number, step in enumerate(definition["runs"]["steps"]):
            contexts = {"inputs": inputs, "steps": steps, "github": {"token": github.get("token", "")}}
            evaluator = Evaluator(contexts, failed=code != 0)
            if not evaluator.condition(step.get("if", "success()")):
                continue
            if "uses" in step:
                arguments = {name: evaluator.text(str(value)) for name, value in step.get("with", {}).items()}
                kept = {name: Path(value).read_text() for name, value in arguments.items() if value.startswith("/")}
                result.used.append((step["uses"], arguments, kept))
                continue
            environment = {
                **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ},
                **{"HOME": str(temp), "RUNNER_TEMP": str(temp / "temp"), "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64"},
                **{"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(ROOT)},
                **{"GITHUB_WORKSPACE": str(workspace)},
                **{name: value for name, value in github.items() if name != "token"},
                **(outer or {}),
                **step_environment(step, evaluator),
            }
            (temp / "temp").mkdir(exist_ok=True)
            ended, answers = run_step(step, environment, workspace, temp / str(number), result)
            code = code or ended
            if "id" in step:
                steps[step["id"]] = {"outputs": answers}
        end = Evaluator({"inputs": inputs, "steps": steps})
        outputs = {name: end.text(what["value"]) for name, what in definition["outputs"].items()}
        # The report goes away with the runner; what it says is kept.
        result.report = Path(outputs["report"]).read_text() if outputs.get("report") else ""
    result.code, result.outputs = code, outputs
    result.commands = parse(result.log)
    check_limits(result)
    return result


def run_step(step, environment, workspace, folder, result):
    if step.get("shell") != "bash":
        raise AssertionError(f"the shell of {step} is not on every runner")
    if "${{" in step["run"]:
        raise AssertionError(f"an expression becomes a part of the script {step['run']!r}")
    folder.mkdir()
    script = folder / "script.sh"
    script.write_text(step["run"])
    files = {name: folder / name.lower() for name in FILES}
    for path in files.values():
        path.touch()
    environment |= {name: str(path) for name, path in files.items()}
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    ended = subprocess.run(
        command, cwd=workspace, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    result.log += ended.stdout.decode()
    answers = {name: path.read_text() for name, path in files.items()}
    for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"):
        assert answers[name] == "", f"the step writes to {name}: {answers[name]}"
    size = len(answers["GITHUB_STEP_SUMMARY"].encode())
    assert size <= SUMMARY_LIMIT, f"a summary of {size} bytes is refused"
    result.summary += answers["GITHUB_STEP_SUMMARY"]
    return ended.returncode, pairs(answers["GITHUB_OUTPUT"])


def check_limits(result):
    """A runner counts the annotations of all steps of a composite action together, and drops what is too much."""
    for level in LEVELS:
        count = len(result.of(level))
        assert count <= MOST_ANNOTATIONS, f"{count} annotations of the level {level}"
