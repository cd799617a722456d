"""The table of docs/platforms/gitlab.md that is made from the component."""

import re

import support
import yaml

PAGE = support.ROOT / "docs" / "platforms" / "gitlab.md"
COMPONENT = support.ROOT / "templates" / "closeloop.yml"


def table():
    spec, _ = yaml.safe_load_all(COMPONENT.read_text())
    rows = ["| input | default | means |", "|---|---|---|"]
    for name, what in spec["spec"]["inputs"].items():
        default = str(what["default"]).lower() if isinstance(what["default"], bool) else what["default"]
        rows.append(f"| `{name}` | {f'`{default}`' if default else 'empty'} | {what['description']} |")
    return "\n".join(rows)


def fresh(text):
    begin, end = "<!-- inputs: begin -->\n", "<!-- inputs: end -->"
    found = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    assert len(found.findall(text)) == 1, f"{PAGE} has no place for the inputs"
    return found.sub(lambda _: f"{begin}\n{table()}\n\n{end}", text)


def bless():
    PAGE.write_text(fresh(PAGE.read_text()))
