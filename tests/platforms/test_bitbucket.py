"""The pipelines of the page on Bitbucket, with a server in place of the proxy that holds to the limits of the API."""

import http.server
import json
import threading

import support
import yaml
from support import NEW, STOOD, PlatformTest

API = "http://api.bitbucket.org/2.0/repositories/example/isms/commit/"
SEVERITIES, RESULTS = {"LOW", "MEDIUM", "HIGH", "CRITICAL"}, {"PASSED", "FAILED", "SKIPPED", "IGNORED"}


class Proxy:
    """Takes reports as the Reports API does, and refuses what that would refuse."""

    def __init__(self):
        self.asked, self.report, self.annotations, self.is_down = [], None, {}, False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((self.command, self.path, len(body)))
                why = outer.refused(self.command, self.path, self.headers, body)
                self.send_response(400 if why else 200)
                self.end_headers()
                self.wfile.write((why or "{}").encode())

            do_DELETE = do_PUT = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def refused(self, method, url, headers, body):
        """Why the API would not take this; empty where it does."""
        # The proxy adds credentials, and sees only what is not encrypted.
        if self.is_down or not url.startswith(API) or "Authorization" in headers:
            return f"not for the API: {url}"
        what = url.removeprefix(API).partition("/")[2]
        if method == "DELETE" and what == "reports/closeloop":
            known, self.report, self.annotations = self.report, None, {}
            return "" if known else "there is no such report"
        if headers["Content-Type"] != "application/json":
            return "not JSON"
        sent = json.loads(body)
        if method == "PUT" and what == "reports/closeloop":
            self.report = sent
            is_right = len(sent["title"]) <= 450 and 1 <= len(sent["details"]) <= 2000 and len(sent["data"]) <= 10
            is_right &= sent["report_type"] in {"SECURITY", "COVERAGE", "TEST", "BUG"}
            return "" if is_right and sent["result"] in {"PASSED", "FAILED", "PENDING"} else "a wrong report"
        if method == "POST" and what == "reports/closeloop/annotations" and self.report:
            self.annotations.update((one["external_id"], one) for one in sent)
            is_right = 1 <= len(sent) <= 100 and len(self.annotations) <= 1000
            return "" if is_right and all(map(self.is_annotation, sent)) else "wrong annotations"
        return f"no such thing: {method} {url}"

    @staticmethod
    def is_annotation(one):
        is_known = one["severity"] in SEVERITIES and one["result"] in RESULTS
        is_known &= one["annotation_type"] in {"VULNERABILITY", "CODE_SMELL", "BUG"}
        is_placed = not one["path"].startswith("/") and one["line"] >= 1
        return is_known and is_placed and 1 <= len(one["summary"]) <= 450 and len(one["details"]) <= 2000

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Bitbucket(PlatformTest):
    def setUp(self):
        super().setUp()
        self.proxy = Proxy()
        self.addCleanup(self.proxy.close)

    def step(self, script, **variables):
        """Runs the lines of a step, each of which has to succeed."""
        lines = "\n".join(script).replace("/opt/closeloop", f"{self.folder}/closeloop")
        lines = lines.replace("http://localhost:29418", self.proxy.url)
        commit = self.git("rev-parse", "HEAD")
        return self.run_in(
            ["bash", "-e", "-c", lines],
            CI="true",
            BITBUCKET_BUILD_NUMBER="7",
            BITBUCKET_REPO_FULL_NAME="example/isms",
            BITBUCKET_COMMIT=commit,
            **variables,
        )

    def pipeline(self, **variables):
        whole = yaml.safe_load(support.snippet("bitbucket/bitbucket-1.yml"))
        self.assertEqual(whole["clone"]["depth"], "full")
        pipelines = whole["pipelines"]
        kind = pipelines["custom"]["incidents-due"]
        if "BITBUCKET_PR_ID" in variables:
            kind = pipelines["pull-requests"]["**"]
        return self.step(kind[0]["step"]["script"], **variables)

    def pull_request(self):
        return self.pipeline(
            BITBUCKET_PR_ID="7",
            BITBUCKET_PR_DESTINATION_BRANCH="main",
            BITBUCKET_PR_DESTINATION_COMMIT=self.main[:12],
        )

    def of_errors(self):
        return {one["path"] for one in self.proxy.annotations.values() if one["severity"] == "HIGH"}

    def test_a_pull_request_fails_for_what_it_brings(self):
        run = self.pull_request()
        self.assertEqual(run.code, 1, run.log)
        self.assertEqual(self.proxy.report["result"], "FAILED")
        self.assertEqual(self.of_errors(), {f"incidents/{NEW}.md"})
        self.assertEqual([method for method, _, _ in self.proxy.asked], ["DELETE", "PUT", "POST"])
        self.assertIn(NEW, self.written("closeloop.md"))
        # The next run on the same commit leaves nothing of this one.
        self.git("checkout", "--quiet", "calm")
        self.proxy.asked.clear()
        run = self.pull_request()
        self.assertEqual((run.code, self.proxy.report["result"], self.of_errors()), (0, "PASSED", set()), run.log)

    def test_many_findings_go_in_batches(self):
        self.git("checkout", "--quiet", "main")
        (self.isms / "closeloop.toml").write_text("[privacy]\noutput = 'full'\n")
        for number in range(1, 400):
            record = f"INC-2025-{number:04}"
            (self.isms / "incidents" / f"{record}.md").write_text(support.overdue(record))
        run = self.pipeline()
        self.assertEqual(run.code, 1, run.log[-2000:])
        sizes = [size for method, _, size in self.proxy.asked if method == "POST"]
        self.assertEqual(len(sizes), 10)
        self.assertEqual(len(self.proxy.annotations), 1000)

    def test_what_could_not_be_checked_is_a_failed_report(self):
        (self.isms / "closeloop.toml").write_text("nonsense = 1\n")
        run = self.pipeline()
        self.assertEqual((run.code, self.proxy.report["result"]), (2, "FAILED"), run.log)
        self.assertEqual([one["severity"] for one in self.proxy.annotations.values()], ["CRITICAL"])

    def test_a_report_that_is_not_taken_fails_the_step(self):
        self.git("checkout", "--quiet", "calm")
        self.proxy.is_down = True
        run = self.pull_request()
        self.assertNotEqual(run.code, 0, run.log)
        self.assertIn("The requested URL returned error", run.log)

    def test_a_download_is_used_only_with_the_right_digest(self):
        for digest, code in [(None, 1), ("1" * 64, 1)]:
            pipelines = yaml.safe_load(support.snippet("bitbucket/bitbucket-2.yml", digest=digest))["pipelines"]
            run = self.step(pipelines["default"][0]["step"]["script"])
            self.assertEqual(run.code, code, run.log)
            self.assertEqual(STOOD in run.log, digest is None, run.log)
