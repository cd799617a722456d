"""The expressions of an action, as far as ours uses them. What is not known is refused: a guess would test nothing."""

import re

TOKENS = re.compile(r"\s*(?:(==|!=|&&|\|\||[!()])|('(?:[^']|'')*')|([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*))")
PLACE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Unknown(Exception):
    """Something that this evaluator does not know."""


def tokens(text):
    at = 0
    while text[at:].strip():
        found = TOKENS.match(text, at)
        if not found:
            raise Unknown(f"{text!r} at {text[at:]!r}")
        yield found.group(0).strip()
        at = found.end()


class Evaluator:
    """Evaluates one expression: `contexts` by name, `failed` is whether an earlier step failed."""

    def __init__(self, contexts, failed=False):
        self.contexts, self.failed = contexts, failed

    def evaluate(self, text):
        self.rest = list(tokens(text))
        value = self.either()
        if self.rest:
            raise Unknown(f"{text!r} goes on with {self.rest}")
        return value

    def next_is(self, *wanted):
        return self.rest and self.rest[0] in wanted

    def either(self):
        value = self.both()
        while self.next_is("||"):
            self.rest.pop(0)
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.equal()
        while self.next_is("&&"):
            self.rest.pop(0)
            other = self.equal()
            value = value and other
        return value

    def equal(self):
        value = self.one()
        while self.next_is("==", "!="):
            is_equal = self.rest.pop(0) == "=="
            other = self.one()
            # GitHub compares texts without their case, and turns other types into numbers first.
            if not (isinstance(value, str) and isinstance(other, str)):
                raise Unknown(f"a comparison of {value!r} and {other!r}")
            value = (value.lower() == other.lower()) == is_equal
        return value

    def one(self):
        if not self.rest:
            raise Unknown("an expression that breaks off")
        token = self.rest.pop(0)
        if token == "!":
            return not self.one()
        if token == "(":
            value = self.either()
            self.expect(")")
            return value
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in ("true", "false"):
            return token == "true"
        if self.next_is("("):
            self.rest.pop(0)
            self.expect(")")
            return self.status(token)
        return self.look_up(token)

    def expect(self, token):
        if not self.next_is(token):
            raise Unknown(f"no {token} before {self.rest}")
        self.rest.pop(0)

    def status(self, name):
        known = {"always": True, "success": not self.failed, "failure": self.failed}
        if name not in known:
            raise Unknown(f"the function {name}")
        return known[name]

    def look_up(self, path):
        first, *names = path.split(".")
        if first not in self.contexts:
            raise Unknown(f"the context {path}")
        value = self.contexts[first]
        for name in names:
            if first in ("inputs", "github") and name not in value:
                raise Unknown(f"{path} is not declared")
            # A step that did not run, or an output that it did not set, is empty.
            value = value.get(name, {} if name == "outputs" else "") if isinstance(value, dict) else ""
        return "" if value == {} else value

    def text(self, template):
        """A text with its `${{ }}` filled in."""

        def fill(found):
            value = self.evaluate(found.group(1))
            if isinstance(value, bool):
                return "true" if value else "false"
            if not isinstance(value, str):
                raise Unknown(f"{found.group(0)} is no text")
            return value

        return PLACE.sub(fill, template)

    def condition(self, text):
        """Whether a step runs. Without a function of the status, it does not after one that failed."""
        inner = PLACE.fullmatch(text.strip())
        text = inner.group(1) if inner else text
        if PLACE.search(text):
            raise Unknown(f"the condition {text!r}")
        holds = bool(self.evaluate(text))
        return holds if re.search(r"\b(always|success|failure)\(", text) else holds and not self.failed
