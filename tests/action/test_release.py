"""Where closeloop comes from: a release, whose archive is verified before anything of it runs, cargo, or the runner."""

import hashlib
import subprocess

import release
import support
from forge import AS_OF
from release import LINUX, WINDOWS, file_name
from support import ActionTest

# Programs that tell by a file that they were run, and do nothing else.
FAKE = '#!/bin/sh\ntouch "$MARK"\n[ "$1" != --version ] || echo "closeloop {version}"\nexit 0\n'
EVIL = FAKE.format(version="0.0.0").encode()
# gh, answering as it does when it asked GitHub and was told so.
GH = '#!/bin/sh\nprintf "%s\\n" "$GH_HOST" "$GH_TOKEN" "$@" >"$MARK.gh"\nprintf "{said}\\n" >&2\nexit {code}\n'
NO_ATTESTATION = GH.format(said="✗ No attestations found for subject sha256:00", code=1)
WRONG_ATTESTATION = GH.format(said="✗ Verification failed\\n::error::x\\n##[error]y", code=1)
RIGHT_ATTESTATION = GH.format(said="✓ Verification succeeded!", code=0)


class Release(ActionTest):
    def setUp(self):
        super().setUp()
        self.workspace, self.event = self.simple()
        self.releases = self.server()
        self.mark = self.folder / "mark"

    def get(self, outer=None, **inputs):
        """Runs the action with a release, of the version that it is made for unless an input says otherwise."""
        outer = {"MARK": str(self.mark), **(outer or {})}
        if "PATH" not in outer:
            outer |= self.tools(gh=NO_ATTESTATION)
        given = {"binary": "", "download_url": self.releases.url, "as_of": AS_OF, "rule": "overdue-action", **inputs}
        return self.run_action(self.workspace, {**self.event, "token": "t"}, outer, **given)

    def real(self, *targets):
        return self.releases.release(support.VERSION, support.PROGRAM.read_bytes(), *(targets or (LINUX,)))

    def fake(self, version=None, target=LINUX, **more):
        program = FAKE.format(version=version or support.VERSION).encode()
        return self.releases.release(support.VERSION, program, target, **more)

    def assert_refused(self, run, *parts):
        self.assert_stopped(run, *parts)
        self.assertFalse(self.mark.exists(), "something of it was run")
        self.assertEqual((run.outputs["report"], run.summary, run.used), ("", "", []))

    def test_a_release_is_verified_and_used(self):
        self.real()
        run = self.get()
        self.assertEqual((run.code, run.outputs["errors"]), (1, "1"), run.log)
        self.assertIn(f"This is closeloop {support.VERSION}.", run.log)
        self.assertIn("whether GitHub vouches for the archive is not known: ✗ No attestations found", run.log)
        self.assert_faithful(run)
        self.assertEqual(self.releases.asked[0], f"/v{support.VERSION}/SHA256SUMS")
        self.assertEqual(self.releases.asked[1], f"/v{support.VERSION}/{file_name(support.VERSION, LINUX)}")

    def test_a_mirror_may_be_a_folder(self):
        self.fake()
        run = self.get(download_url=f"file://{self.releases.folder}")
        self.assertTrue(self.mark.exists(), run.log)
        self.assertEqual(self.releases.asked, [])

    def test_windows_gets_its_zip(self):
        self.real(LINUX, WINDOWS)
        run = self.get({"RUNNER_OS": "Windows"})
        self.assertEqual((run.code, run.outputs["errors"]), (1, "1"), run.log)
        self.assertIn(f"/v{support.VERSION}/{file_name(support.VERSION, WINDOWS)}", self.releases.asked)

    def test_macos_has_another_program_for_digests(self):
        self.fake(target="aarch64-apple-darwin")
        # Only what the script names is there, and of the two programs for SHA-256 the one of macOS.
        needed = "bash basename cat curl cut date dirname gh gzip mkdir mktemp od perl printf rm sed shasum sort sh tar touch tr"
        link = 'for name in {names}; do path="$(command -v "$name")" && ln -sf "$path" {folder}/; done'
        folder = self.folder / "mac"
        folder.mkdir()
        subprocess.run(["bash", "-c", link.format(names=needed, folder=folder)], check=False)
        run = self.get({"RUNNER_OS": "macOS", "RUNNER_ARCH": "ARM64", "PATH": str(folder)})
        self.assertTrue(self.mark.exists(), run.log)

    def test_a_changed_archive_is_refused_and_nothing_of_it_runs(self):
        self.fake()
        name = file_name(support.VERSION, LINUX)
        (self.releases.folder / f"v{support.VERSION}" / name).write_bytes(release.packed(name, EVIL))
        self.assert_refused(self.get(), f"{name} is not what the release says", "Nothing of it was run")

    def test_an_archive_that_the_release_does_not_list_is_refused(self):
        for sums in ("", "0123  other.tar.gz\n"):
            self.fake(sums=sums)
            self.assert_refused(self.get(), "SHA256SUMS of the release names no closeloop-v")

    def test_an_archive_with_two_digests_is_refused(self):
        sums = self.fake()
        self.fake(sums=sums + "0" * 64 + "  " + file_name(support.VERSION, LINUX))
        self.assert_refused(self.get(), "is not what the release says")

    def test_the_caller_pins_digests(self):
        sums = self.fake()
        digest = sums.split()[0]
        for pinned in (sums, digest, f"{'0' * 64}\n{digest.upper()}", sums.replace("  ", " *") + "\r\n"):
            self.mark.unlink(missing_ok=True)
            run = self.get(checksums=pinned)
            self.assertTrue(self.mark.exists(), (pinned, run.log))
        self.mark.unlink()
        other = sums.replace(digest, "0" * 64)
        for pinned in (other, "0" * 64, sums.replace(LINUX, WINDOWS), "nonsense", f"{digest[:40]}"):
            self.assert_refused(self.get(checksums=pinned), "the input `checksums` does not list", digest)

    def test_a_release_that_is_not_there_is_said_plainly(self):
        run = self.get(version="9.9.9")
        self.assert_refused(run, "there is no release 9.9.9 of closeloop for this runner", "build-from-source: true")
        self.fake()
        self.assert_refused(self.get({"RUNNER_ARCH": "ARM64"}), "aarch64-unknown-linux-musl.tar.gz is not there")
        self.assert_refused(self.get({"RUNNER_ARCH": "X86"}), "no release is made for Linux on X86")

    def test_a_server_that_does_not_answer_is_said_plainly(self):
        self.assert_refused(self.get(download_url="http://127.0.0.1:9"), "could not be downloaded", "curl: (7)")
        self.assert_refused(self.get(download_url="file:///nowhere"), "could not be downloaded")

    def test_only_what_cannot_be_listened_to_is_downloaded_from(self):
        for url in ("http://example.org/x", "ftp://example.org", "", "-o/tmp/x"):
            self.assert_refused(self.get(download_url=url), "is neither https nor file")

    def test_a_version_is_a_version(self):
        for version in ("latest", "../../evil/1", "1.2.3/../..", "", "1.2.3\n::error::x", "$(touch pwned)"):
            self.assert_refused(self.get(version=version), "the input `version` is no version")
        self.fake()
        self.get(version=f"v{support.VERSION}")
        self.assertTrue(self.mark.exists())

    def test_an_archive_with_another_program_is_refused(self):
        self.fake(version="0.0.7")
        self.assert_stopped(self.get(), f"this is not closeloop {support.VERSION}, but closeloop 0.0.7")

    def test_an_archive_that_is_none_is_refused(self):
        sums = f"{hashlib.sha256(b'x').hexdigest()}  {file_name(support.VERSION, LINUX)}\n"
        self.fake(sums=sums)
        (self.releases.folder / f"v{support.VERSION}" / file_name(support.VERSION, LINUX)).write_bytes(b"x")
        self.assert_refused(self.get(), "could not be unpacked")

    def test_an_attestation_that_does_not_hold_is_refused(self):
        self.fake()
        for kind in ("auto", "required"):
            run = self.get(self.tools(gh=WRONG_ATTESTATION), attestation=kind)
            self.assert_refused(run, "the attestation of closeloop does not hold", "Verification failed")
            self.assertEqual(len(run.commands), 1, run.log)

    def test_an_attestation_that_holds_is_told(self):
        self.fake()
        run = self.get(self.tools(gh=RIGHT_ATTESTATION), attestation="required")
        self.assertTrue(self.mark.exists(), run.log)
        self.assertIn("GitHub vouches for the archive", run.log)
        asked = (self.folder / "mark.gh").read_text().split("\n")
        self.assertEqual(asked[:4], ["github.com", "t", "attestation", "verify"])
        self.assertEqual(asked[5:7], ["--repo", "closeloop/closeloop"])

    def test_an_attestation_is_required_only_where_that_is_asked_for(self):
        self.fake()
        self.assert_refused(self.get(attestation="required"), "nobody vouches for closeloop", "No attestations found")
        self.assert_refused(self.get(attestation="yes"), "none of auto, required and off: yes")
        run = self.get(self.tools(gh=WRONG_ATTESTATION), attestation="off")
        self.assertTrue(self.mark.exists(), run.log)
        self.assertNotIn("vouches", run.log)

    def test_it_is_built_from_source_only_when_told_to_and_by_no_setting_of_a_pull_request(self):
        self.fake()
        (self.workspace / ".cargo").mkdir()
        (self.workspace / ".cargo" / "config.toml").write_text('[build]\nrustc-wrapper = "./evil"\n')
        cargo = (
            '#!/bin/sh\npwd >"$MARK.cargo"\nfor word; do last="$word"; done\nmkdir "$last/release"\n'
            f'cp {support.PROGRAM} "$last/release/closeloop"\nprintf "%s\\n" "$@" >>"$MARK.cargo"\n'
        )
        run = self.get(self.tools(cargo=cargo))
        self.assertFalse((self.folder / "mark.cargo").exists(), run.log)
        run = self.get(self.tools(cargo=cargo), build_from_source="true")
        self.assertEqual((run.code, run.outputs["errors"]), (1, "1"), run.log)
        where, *words = (self.folder / "mark.cargo").read_text().split("\n")
        self.assertEqual(where, str(support.runner.ROOT))
        self.assertEqual(words[:5], ["build", "--release", "--locked", "--bin", "closeloop"])
        failing = self.get(self.tools(cargo="#!/bin/sh\nexit 101\n"), build_from_source="true")
        self.assert_stopped(failing, "closeloop could not be built")

    def test_a_program_on_the_runner_that_is_not_there_is_said_plainly(self):
        self.assert_stopped(self.get(binary="/nowhere/closeloop"), "there is no closeloop at /nowhere/closeloop")
        self.assert_stopped(self.get(binary="./closeloop\n::error::x"), "there is no closeloop at ./closeloop\n::error")
        broken = self.tools(broken="#!/bin/sh\nprintf '::error::x' >&2\nexit 3\n")
        self.assert_stopped(self.get(broken, binary="broken"), "broken does not run on this runner")
