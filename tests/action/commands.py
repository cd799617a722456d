"""What a runner takes from a log: workflow commands, in both forms, as actions/runner parses them."""

import re
from dataclasses import dataclass, field

# Every command that a runner knows.
KNOWN = {
    *("add-mask", "add-matcher", "remove-matcher", "add-path", "set-env", "set-output", "save-state"),
    *("debug", "error", "warning", "notice", "group", "endgroup", "echo", "stop-commands"),
}
LEVELS = ("error", "warning", "notice")


@dataclass
class Command:
    name: str
    properties: dict = field(default_factory=dict)
    data: str = ""
    line: str = ""


def unescape(text, *codes):
    for code in (*codes, "%0D", "%0A", "%25"):
        text = text.replace(code, bytes.fromhex(code[1:]).decode())
    return text


def properties(text, between, *codes):
    pairs = (part.split("=", 1) for part in text.split(between) if part)
    return {pair[0].lower(): unescape(pair[1], *codes) for pair in pairs if len(pair) == 2 and pair[1]}


def new_form(line, known):
    """`::name key=value,key=value::data` at the beginning of a line, behind any white space."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    if name.lower() not in known:
        return None
    return Command(name.lower(), properties(rest.strip(), ",", "%3A", "%2C"), unescape(line[end + 2 :]), line)


def old_form(line, known):
    """`##[name key=value;key=value]data` anywhere in a line."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    if name.lower() not in known:
        return None
    codes = ("%3B", "%5D")
    return Command(name.lower(), properties(rest, ";", *codes), unescape(line[end + 1 :], *codes), line)


def parse(text):
    """The commands that a runner carries out, in their order."""
    known, token, commands = set(KNOWN), None, []
    for line in re.split(r"\r\n|\r|\n", text):
        command = new_form(line, known) or old_form(line, known)
        if not command:
            continue
        if token:
            if command.name == token:
                known.discard(token)
                token = None
            continue
        if command.name == "stop-commands":
            # One word of a caller's choice would be a word that a record can guess.
            if not re.fullmatch(r"[0-9a-f]{32}", command.data):
                raise AssertionError(f"a token that can be guessed: {line}")
            token = command.data
            known.add(token)
            continue
        commands.append(command)
    if token:
        raise AssertionError("commands are stopped and never go on")
    # Azure's agent takes these anywhere in a line; no log of ours holds one.
    if re.search(r"##vso\[", text, re.IGNORECASE):
        raise AssertionError("a command for Azure Pipelines is in the log")
    return commands


def pairs(text):
    """The values of a file such as GITHUB_OUTPUT."""
    lines, found = text.split("\n"), {}
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        name, mark, rest = line.partition("=")
        if not mark or "<<" in name:
            raise AssertionError(f"a line that sets no value in the plain form: {line!r}")
        found[name] = rest
    return found
