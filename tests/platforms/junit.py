"""A JUnit report as Jenkins and GitLab read it."""

from xml.etree import ElementTree

SUITE = {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"}
CASE = {"name", "classname", "time", "status", "assertions"}
WITHIN = {"skipped", "error", "failure", "system-out", "system-err"}


def failed(path):
    """The suites with failures or errors, of a report that holds nothing that Jenkins does not know."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites", root.tag
    suites = set()
    for suite in root:
        assert suite.tag == "testsuite" and {"name", "tests", "failures", "errors"} <= set(suite.attrib) <= SUITE
        cases = suite.findall("testcase")
        counted = [len(cases)] + [sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error")]
        assert counted == [int(suite.get(name)) for name in ("tests", "failures", "errors")], suite.attrib
        for case in cases:
            assert {"name"} <= set(case.attrib) <= CASE, case.attrib
            assert {child.tag for child in case} <= WITHIN, case.attrib
        if any(counted[1:]):
            suites.add(suite.get("name"))
    return suites
