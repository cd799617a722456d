"""The tables of docs/platforms/github.md that are made from action.yml."""

import re

import runner

PAGE = runner.ROOT / "docs" / "platforms" / "github.md"


def table(name):
    definition = runner.action()[name]
    if name == "outputs":
        rows = ["| output | means |", "|---|---|"]
        rows += [f"| `{key}` | {what['description']} |" for key, what in definition.items()]
        return "\n".join(rows)
    rows = ["| input | default | means |", "|---|---|---|"]
    for key, what in definition.items():
        default = f"`{what['default']}`" if str(what["default"]) else "empty"
        rows.append(f"| `{key}` | {default} | {what['description']} |")
    return "\n".join(rows)


def fresh(text):
    for name in ("inputs", "outputs"):
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        found = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        assert len(found.findall(text)) == 1, f"{PAGE} has no place for the {name}"
        text = found.sub(lambda _: f"{begin}\n{table(name)}\n\n{end}", text)
    return text


def bless():
    PAGE.write_text(fresh(PAGE.read_text()))
